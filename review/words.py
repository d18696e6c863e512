"""Text as reviewers must see it: tokens with link targets, and the words that can hurt when they change."""

import html
import re
from html.parser import HTMLParser
from typing import Any

_TOKEN = re.compile(r"⟦[^⟧]*⟧|\d+(?:[.,:/]\d+)*%?|[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\s\w]", re.UNICODE)
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")
# What no text holds: the character that PostgreSQL does not store, and halves of characters.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TAG = re.compile(r"<[a-zA-Z/][^>]*>")

NUMBERS = frozenset(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million once
    twice thrice half quarter third double triple first second last couple several few many most least single pair
    dozen percent maximum minimum""".split()
)
UNITS = frozenset(
    """mg mcg µg g kg ml l litre litres millilitre millilitres gram grams milligram milligrams microgram micrograms
    kilogram kilograms unit units tablet tablets capsule capsules dose doses drop drops spoon spoons puff puffs cm mm
    m km metre metres centimetre centimetres millimetre millimetres second seconds minute minutes hour hours hourly
    day days daily night nights nightly week weeks weekly month months monthly year years yearly time times degree
    degrees celsius fahrenheit mmhg bpm glass glasses cup cups""".split()
)
NEGATIONS = frozenset(
    """not no never none nobody nothing nor neither without cannot avoid stop stops stopped except unless only
    unlikely rarely hardly scarcely barely refuse forbid forbidden prohibited against instead lack lacks lacking free
    absent absence less fewer worse fail fails failed miss missed skip hold withhold leave don't won't can't isn't
    aren't doesn't didn't shouldn't mustn't wouldn't couldn't hasn't haven't wasn't weren't needn't""".split()
)
FORCE = frozenset(
    """must should may might can could need needs ought shall will would always usually sometimes often any all both
    either every each or and if when until till before after during within while unless then also safe unsafe danger
    dangerous harmful serious severe mild moderate""".split()
)
URGENCY = frozenset(
    """emergency ambulance urgent urgently immediately immediate now today tonight tomorrow soon sooner straight
    hospital casualty doctor gp pharmacist midwife nurse clinic surgeon call ring phone dial contact see seen go wait
    rush quickly quick fast slowly slow later delay same routine self-care help""".split()
)
DIRECTION = frozenset(
    """left right up down above below over under raise raised lower lowered lift high higher low hot cold warm cool
    heat ice increase increases decrease decreases reduce reduces more inside outside inner outer front back behind
    upper towards away in out on off start begin continue keep take give apply rub massage press stretch compress
    squeeze bend straighten tight loose firm gentle gently hard strong light lightly empty full with""".split()
)
BODY = frozenset(
    """clot dvt embolism thrombosis bleeding blood pregnant pregnancy breastfeeding birth diabetes diabetic kidney
    liver heart cancer allergy allergic asthma stroke fever infection numb numbness weakness swelling swollen chest
    breath breathing breathless unconscious faint child children baby adult adults age aged under-18 red purple grey
    pale blue""".split()
)
SIGNALS = NUMBERS | UNITS | NEGATIONS | FORCE | URGENCY | DIRECTION | BODY
# Beginnings and ends that turn a word into its opposite, or mark a medicine or a condition.
_TURNS = re.compile(
    r"^(?:un|in(?=[^gst])|im|ir|il|non|dis|anti|contra|hypo|hyper|over|under)\w{3,}"
    r"|(?:n't|n’t|less|itis|osis|aemia|emia|algia|mycin|cillin|profen|caine|statin|parin|olol|pril|sartan|azole|amol)$"
)
# A slip of the pen in a long word, not another word.
_SLIP_LENGTH = 6


class _Rich(HTMLParser):
    """Reads rich text as words, with formatting and the targets of links kept as tokens."""

    BREAKS = frozenset({"p", "li", "br", "h1", "h2", "h3", "h4", "ul", "ol", "hr", "blockquote"})
    MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "ol": "numbered list"}

    def __init__(self, *, formatting: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.formatting = formatting
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BREAKS:
            self.parts.append("\n")
        values = dict(attrs)
        if tag == "a":
            kind = values.get("linktype") or "address"
            self.parts.append(f" ⟦link to {kind} {values.get('id') or values.get('href') or ''}⟧ ")
        elif tag in {"img", "embed"}:
            self.parts.append(f" ⟦{tag} {values.get('embedtype', '')} {values.get('id') or values.get('url') or ''}⟧ ")
        elif self.formatting and tag in self.MARKS:
            self.parts.append(f" ⟦{self.MARKS[tag]}⟧ ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BREAKS:
            self.parts.append("\n")
        elif tag == "a":
            self.parts.append(" ⟦end of link⟧ ")
        elif self.formatting and tag in self.MARKS:
            self.parts.append(f" ⟦end of {self.MARKS[tag]}⟧ ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def readable(value: str, *, formatting: bool = False) -> str:
    """Return text, or rich text as lines in which link targets are words that can be compared."""
    if not _TAG.search(value):
        return html.unescape(value)
    reader = _Rich(formatting=formatting)
    reader.feed(value)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Bare(HTMLParser):
    """Reads markup as the tags, attributes and words that can reach a reader."""

    # Draftail names each paragraph so that comments find it; no reader ever gets it.
    UNSEEN = frozenset({"data-block-key"})
    # Spaces after one of these show nothing; between words or bold ones they do.
    BETWEEN = frozenset({("/", "p"), ("/", "li"), ("/", "ul"), ("/", "ol")})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((k, v or "") for k, v in attrs if k not in self.UNSEEN)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(("/", tag))

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        if text != " " or not self.parts or not self._ends_a_block():
            self.parts.append(text)

    def handle_comment(self, data: str) -> None:
        self.parts.append(("!", data))

    def _ends_a_block(self) -> bool:
        last = self.parts[-1]
        return isinstance(last, tuple) and last[0] == "/" and last in self.BETWEEN


def _bare(value: str) -> list[Any]:
    reader = _Bare()
    reader.feed(value)
    reader.close()
    return reader.parts


def one_line_end(value: str) -> str:
    """Return a text with line ends as the content files have them; a browser sends others."""
    return value.replace("\r\n", "\n")


def same_for_readers(old: str, new: str) -> bool:
    """Return whether two texts differ in nothing but line ends, or, in rich text, spaces and what the editor adds."""
    if one_line_end(old) == one_line_end(new):
        return True
    if not (_TAG.search(old) and _TAG.search(new)):
        return False
    return _bare(old) == _bare(new)


def tokens(text: str) -> list[str]:
    """Return words, numbers, link targets and signs, in order."""
    return _TOKEN.findall(text)


def is_signal(token: str) -> bool:
    """Return whether a change of this token can change what a reader does."""
    word = token.lower().replace("’", "'")
    return (
        word[0].isdigit()
        or word[0] == "⟦"
        or word in SIGNALS
        or bool(_TURNS.search(word))
        or token in {"<", ">", "≥", "≤", "±", "×"}
    )


def signals(text: str) -> list[str]:
    """Return the tokens of a text that can change what a reader does, in order."""
    return [token.lower().replace("’", "'") for token in tokens(text) if is_signal(token)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def may_change_what_readers_do(old: str, new: str) -> bool:
    """Return whether a change of text touches, or stands in one sentence with, anything that can hurt.

    When in doubt, yes: only a change in a sentence without such words, or a slip of the pen, is harmless.
    """
    old, new = readable(old), readable(new)
    if signals(old) != signals(new):
        return True
    before, after = sentences(old), sentences(new)
    gone = [s for s in before if s not in after]
    come = [s for s in after if s not in before]
    if not any(signals(s) for s in (*gone, *come)):
        return before != after and sorted(before) == sorted(after) and bool(signals(old))
    return not _only_slips(tokens(" ".join(gone)), tokens(" ".join(come)))


def _only_slips(old: list[str], new: list[str]) -> bool:
    """Return whether two lists of tokens differ by spelling mistakes and signs only."""
    old = [t for t in old if t[0].isalnum() or t[0] == "⟦"]
    new = [t for t in new if t[0].isalnum() or t[0] == "⟦"]
    return len(old) == len(new) and all(a == b or _slip(a.lower(), b.lower()) for a, b in zip(old, new, strict=True))


def _slip(a: str, b: str) -> bool:
    """Return whether one letter of a long, harmless word was mended, or only its capitals."""
    if a == b:
        return True
    if is_signal(a) or is_signal(b) or min(len(a), len(b)) < _SLIP_LENGTH or a[0] != b[0]:
        return False
    if len(a) == len(b):
        wrong = [i for i in range(len(a)) if a[i] != b[i]]
        swapped = len(wrong) == 2 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]  # noqa: PLR2004
        return len(wrong) == 1 or swapped
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
