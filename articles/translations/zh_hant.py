"""What the checks know of English and Traditional Chinese: data and small pure functions."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

EMERGENCY_NUMBERS = frozenset({"999", "111", "112", "119", "110", "911", "000", "118", "995"})
UNITS = {
    "second": "秒", "minute": "分鐘|分", "hour": "小時|鐘頭", "day": "天|日", "week": "週|周|星期|禮拜",
    "month": "個月|月", "year": "年|歲", "time": "次|下|遍|倍", "mg": "毫克|mg", "g": "公克|克|g", "kg": "公斤|kg",
    "ml": "毫升|ml", "litre": "公升", "cm": "公分|cm", "mm": "毫米|公釐|mm", "metre": "公尺", "km": "公里|km",
    "degree": "度", "inch": "吋|英吋", "tablet": "顆|片|錠|粒", "mmhg": "mmhg|毫米汞柱|毫米水銀柱",
}  # fmt: skip
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)[ -]?({_UNIT})(?:s|es)?\b", re.IGNORECASE)
RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:到|至|-|–|—|~|~)\s*(\d+(?:\.\d+)?)")
_COUNTS = {
    "two": (2, "二|兩|雙|2"), "three": (3, "三|3"), "four": (4, "四|4"), "five": (5, "五|5"), "six": (6, "六|6"),
    "seven": (7, "七|7"), "eight": (8, "八|8"), "nine": (9, "九|9"), "ten": (10, "十|10"), "twelve": (12, "十二|12"),
    "twice": (2, "兩次|二次|兩倍|2 ?次|兩天|兩回|每天 ?2"), "half": (0, "半|一半"),
}  # fmt: skip
_COUNT = re.compile(rf"\b({'|'.join(_COUNTS)})\b", re.IGNORECASE)
_DIGITS = {"zero": 0, "one": 1, "once": 1, "first": 1, "second": 2, "third": 3, "both": 2} | {
    name: value for name, (value, _) in _COUNTS.items()
}
_SENTENCE = re.compile(r"(?<=[。!?!?])[」』”)]*|\n+")

_DENIES = re.compile(
    r"(?<!with or )\b(?:not|never|no(?!,)|none|nobody|nothing|nor|neither|cannot|without|avoid|\w+n't)\b", re.IGNORECASE
)
# Words after which Chinese may deny something that English says without a "not".
_MAY_DENY = re.compile(
    r"\b(?:unless|until|only|less|lose|losing|lost|loss|fail\w*|hard to|unable|free|stop\w*|leaves?|left out|skip\w*|"
    r"miss\w*|away|instead|weak\w*|numb\w*|discomfort|un\w+|bad|poor\w*|trouble|difficult\w*|too|before|rather|"
    r"withhold|refuse\w*|wrong|ruled? out|lack\w*|few|little|rarely|seldom|insufficien\w*|faint\w*|gone|still|"
    r"starve\w*|ends?|ended|healed|clear\w*|drops?|apart from|except|other than|keep off|over \w+)\b",
    re.IGNORECASE,
)
_CN_DENIES = re.compile(r"不|沒|無|未|勿|別|非|避免|免|否|停|戒|拒|禁|莫|免得|少")
# Where these signs deny nothing.
_CN_HARMLESS = re.compile(
    r"不過|不但|不僅|不管|不論|無論|不同|不久|不斷|不停|差不多|不一定|不只|不舒服|不適(?![合用])|不安(?!全)|特別|分別|別人|個別|級別|類別|"
    r"性別|辨別|非常|除非|是否|否則|有沒有|是不是|會不會|能不能|要不要|可不可以|無力|未來|未滿|不足|減少|多少|至少|少年|缺少|少數|不明|"
    r"無名|不寧|不穩|不全|不良|不順|不整|免疫|避免不了|停止|停下|停經|停留|少量|少見|較少|很少|多少|不少|不動|不小心|無害"
)
_CN_PLAINLY = re.compile(
    r"不要|請勿|不可|不能|不會|不是|不得|沒有|切勿|不需|不用|不必|並未|從未|未曾|絕不|禁止|別(?=[做用吃按])"
)
_CN_MILDLY = re.compile(r"停止|減少|無力|無害|不足|少量|不明|未滿|不同|除非|不一定|不舒服|避免")


@dataclass(frozen=True)
class Word:
    """Something that both languages must say: how English says it, how Chinese does, and what kind of thing it is."""

    kind: str
    english: re.Pattern[str]
    chinese: re.Pattern[str]


def _word(kind: str, english: str, chinese: str) -> Word:
    return Word(kind, re.compile(rf"(?<!-)\b(?:{english})\b(?!-)"), re.compile(chinese))


# After these words “left” and “right” are sides; “left out” and “the right size” are not.
_SIDED = "(?= leg| side| foot| calf| knee| hip| arm| hand| lower|:)"
# What decides how soon somebody is seen, and by whom.
_URGENCY = [
    _word("Urgency", "ambulance", "救護車"),
    _word("Urgency", "emergency department|a&e", "急診|急症"),
    _word("Urgency", "emergency", "緊急|急診|急救|危急|急症"),
    _word("Urgency", "urgent|urgently", "緊急|急"),
    _word("Urgency", "today|the same day|same-day|just as soon", "今天|今日|當天|當日|同一天|一樣快|同樣快"),
    _word("Urgency", "tonight", "今晚|今天晚上"),
    _word(
        "Urgency",
        "now|at once|immediately|straight away|right away|without delay",
        "現在|立刻|馬上|立即|即刻|目前|不要拖|不可拖|盡快",
    ),
    _word("Urgency", "wait", "等"),
    _word("Who to see", "doctors?|gp|gps", "醫師|醫生"),
    _word("Who to see", "midwife|midwives", "助產"),
    _word("Who to see", "pharmacists?", "藥師"),
    _word("Who to see", "maternity unit", "產科"),
    _word("Who to see", "physiotherap\\w+", "物理治療"),
    _word(
        "Who to see",
        "(?<!doctors )(?<!we )call(?! (?:this|it|them|a))|call an ambulance|phone|dial",
        "打|電話|通話|撥|叫|聯絡",
    ),
    _word("Who to see", "hospital", "醫院|急診|住院"),
]
# What turns an instruction into its opposite when it is lost.
_DIRECTION = [
    _word("Meaning", "cold", "冷|冰|涼|寒|受涼"),
    _word("Meaning", "starve\\w*", "得不到|缺乏|沒有"),
    _word("Meaning", "cool", "涼|冷|冰|降溫"),
    _word("Meaning", "warm\\w*|hot|heat", "暖|熱|溫|燙|烤"),
    _word("Meaning", "keep taking|keep on taking|go on taking", "繼續"),
    _word("Meaning", "stop|stops|stopped", "停|止|不要再|就別|戒"),
    _word("Meaning", "massage|massages|rub|rubs|rubbing", "按摩|揉|搓|推拿"),
    _word("Meaning", "stretch\\w*", "伸展|拉筋|拉伸|伸|拉"),
    _word("Meaning", "press\\w*", "壓|按|推|頂"),
    _word("Meaning", "swollen|swelling|swells?", "腫"),
    _word("Meaning", "numb|numbness", "麻|知覺|感覺"),
    _word("Meaning", "weak|weakness|weaker", "無力|力氣|虛弱|沒力|弱"),
    _word("Meaning", f"left{_SIDED}", "左"),
    _word("Meaning", f"right{_SIDED}", "右"),
    _word("Meaning", "both", "兩|雙|都|也"),
    _word("Meaning", "raise\\w*|lift\\w*|elevat\\w+", "抬|墊高|舉|提|升|高"),
    _word("Meaning", "lower(?! leg| calf)", "低|下|較矮|降"),
    _word("Meaning", "before", "前|先|過|以前"),
    _word("Meaning", "(?<!look )(?<!looks )after", "後|過|完"),
    _word("Meaning", "under \\d+", "未滿|以下|不到|少於"),
    _word("Meaning", "over \\d+|more than|longer than", "超過|以上|多於|比|更|逾|不只|不止"),
    _word("Meaning", "less than|up to", "不到|以內|少|最多|至多|之內|內|到|可達|低於"),
    _word("Meaning", "only", "只|才|僅|唯"),
    _word("Meaning", "unless", "除非|否則|不"),
    _word("Meaning", "until", "直到|到|之前|才|為止"),
    _word("Meaning", "if", "如果|若|要是|只要|時|的話|假如|萬一|一旦|請|有|沒|是否|而|,|,"),
    _word("Meaning", "pregnan\\w+", "孕|懷"),
    _word("Meaning", "birth", "產|生|分娩"),
    _word("Meaning", "baby|babies", "寶寶|嬰兒|胎|孩子|懷孕"),
    _word("Meaning", "child|children", "兒童|小孩|孩子|小兒"),
    _word("Meaning", "blood thinners?", "抗凝血|抗血栓|薄血"),
    _word("Meaning", "diabetes|diabetic", "糖尿病"),
    _word("Meaning", "kidney", "腎"),
    _word("Meaning", "heart", "心臟|心"),
    _word("Meaning", "paracetamol", "乙醯胺酚|普拿疼|paracetamol"),
    _word("Meaning", "ibuprofen", "布洛芬|ibuprofen"),
    _word("Meaning", "calcium", "鈣"),
    _word("Meaning", "magnesium", "鎂"),
    _word("Meaning", "chest pain", "胸痛|胸口痛|胸口疼痛|胸部疼痛"),
    _word("Meaning", "breath\\w*", "呼吸|喘|氣"),
    _word("Meaning", "blood clots?|clots?", "血栓|血塊|凝塊"),
    _word("Meaning", "always", "一定|總是|每次|都|一直|永遠"),
    _word("Meaning", "daily|every day", "每天|每日|天天|日"),
    _word("Meaning", "night|nights", "夜|晚"),
    _word("Meaning", "sudden|suddenly", "突然|忽然|突"),
    _word("Meaning", "bleeding|bleed", "出血|流血|血"),
    _word("Meaning", "all of these", "全部|都|所有"),
    _word("Meaning", "any one of these|any of these|one line", "任何|任一|哪|其中|一行|一項|一條|之一"),
    _word("Meaning", "not sure", "不確定|不肯定|沒把握|說不準"),
    _word("Meaning", "harmless", "無害|沒有害|不要緊|沒有危險|無大礙"),
    _word("Meaning", "dangerous|danger", "危險|危害"),
    _word("Meaning", "cramp|cramps", "抽筋|痙攣|絞痛"),
]
WORDS = [*_URGENCY, *_DIRECTION]
# What Chinese may say only where English says it.
NOT_WITHOUT = [
    _word("Urgency", "ambulance", "救護車"),
    _word("Urgency", "emergency department|a&e|casualty|emergency|dvt", "急診"),
    _word("Urgency", "today|same[- ]day|tonight|this day|a day|any day|day", "今天|今日|當天"),
    _word("Meaning", "cold|cool\\w*|ice|icy|chill\\w*|pale|frozen", "冰|冷敷"),
    _word("Meaning", "warm\\w*|hot|heat\\w*|fever|sauna|burn\\w*|temperature", "熱敷|溫熱|發燒|熱"),
    _word("Meaning", "(?:self-)?massage\\w*|rub\\w*|knead\\w*", "按摩"),
    _word("Meaning", "(?:un)?safe\\w*|harmless|calm\\w*|reassur\\w*|secure\\w*|all right|fine|ok", "安全|沒事|放心"),
    _word("Meaning", "stop\\w*|paus\\w*|end\\w*|ceas\\w*|stay\\w*|until|hold|withhold|break\\w*", "停止|停用|停藥"),
    _word("Meaning", "keep|keeps|continu\\w*|go on|goes on|stay\\w*|still|last\\w*|carry on|persist\\w*|again", "繼續"),
    _word("Meaning", "left", "左"),
    _word("Meaning", "right", "右"),
    _word("Urgency", "within|in a few|some days|days?|weeks?|hours?", "天內|週內|幾天"),
]


def folded(text: str) -> str:
    """Return a text with one form of digits and signs."""
    return unicodedata.normalize("NFKC", text)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [part for part in _SENTENCE.split(text.strip()) if part.strip(" \n」』”)")]


def english_amounts(text: str) -> Iterator[tuple[str, str]]:
    """Yield each number of an English text that stands before a unit, with the unit."""
    for number, unit in _AMOUNT.findall(text):
        yield number, unit.lower()


def counted_in_english(text: str) -> list[int]:
    """Return the numbers that an English text writes as words."""
    return [_DIGITS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _DIGITS]


def lost_counts(source: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield each number that English writes as a word and Chinese does not say."""
    for word in _COUNT.findall(source):
        value, names = _COUNTS[word.lower()]
        if not re.search(names, text):
            yield value, word


def may_deny_in_english(text: str) -> bool:
    """Whether an English sentence has a word that Chinese may put with a 'not'."""
    return denials_in_english(text) > 0 or bool(_MAY_DENY.search(text))


def denials_in_english(text: str) -> int:
    """Return how many times an English sentence says 'not'."""
    return len(_DENIES.findall(text))


def denials(text: str) -> int:
    """Return how many times a Chinese sentence says 'not', at most."""
    return len(_CN_DENIES.findall(_CN_HARMLESS.sub("", text))) + len(_CN_MILDLY.findall(text))


def denies_plainly(text: str) -> bool:
    """Whether a Chinese sentence forbids or denies in so many words."""
    return bool(_CN_PLAINLY.search(_CN_HARMLESS.sub("", text)))
