"""From what a person types to comparable words; pure functions."""

import re
import unicodedata
from dataclasses import dataclass

MAX_QUERY = 100
MAX_TOKENS = 8
MIN_STEM = 3

_APOSTROPHES = re.compile(r"['’‘`´]")
# Chinese, Japanese and Korean are written without spaces: a run of them is one token, compared by its parts.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_CANNOT = re.compile(r"\b(?:cannot|can not)\b")
_DOUBLED = re.compile(r"([b-df-hjkm-rtv-y])\1$")

# Words that tell when or how much, not what.
_MINOR = "new newly now sudden suddenly severe bad very trouble one both"
IRREGULAR = {"feet": "foot", "women": "woman", "babies": "baby"}
STOP_WORDS = frozenset(
    "a about am an and any are as at be been but by can could did do does for from get gets getting got had has have"
    " how i if im in is it its ive me my of on or our should so some that the their them there they this to too very"
    " was we were what whats when where which who why will with would you your".split()
)


@dataclass(frozen=True)
class Query:
    """What was asked: the text as it may be shown again, its words without filler, and their stems."""

    text: str
    tokens: tuple[str, ...]
    stems: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.tokens)


def readable(text: str) -> str:
    """Return the text in one line, cut to a length, without control, formatting or half characters."""
    kept = "".join(" " if unicodedata.category(c).startswith("C") else c for c in text[: MAX_QUERY * 4])
    return " ".join(kept.split())[:MAX_QUERY].strip()


def tokens(text: str) -> list[str]:
    """Return the words of a text in a form in which spellings of the same word are equal."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = _CANNOT.sub("cant", _APOSTROPHES.sub("", folded))
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if unicodedata.category(c) != "Mn")
    return _TOKEN.findall(unicodedata.normalize("NFC", bare))


def is_cjk(token: str) -> bool:
    """Whether a token is a run of characters that is written without spaces."""
    return bool(_IS_CJK.match(token))


def parts(token: str) -> list[str]:
    """Return the pairs of neighbouring characters in a run; the run itself when it is short."""
    return [token[i : i + 2] for i in range(len(token) - 1)] if len(token) > 2 else [token]  # noqa: PLR2004


def keys(token: str) -> list[str]:
    """Return what a token is listed under: itself; for a run of characters also each of them and each pair."""
    pairs = [token[i : i + 2] for i in range(len(token) - 1)] if is_cjk(token) else []
    return list(dict.fromkeys([token, *pairs, *(token if is_cjk(token) else "")]))


def key(wanted: str) -> str:
    """Return under what phrases with a wanted stem are listed; of a long run of characters, its first pair."""
    return wanted[:2] if is_cjk(wanted) else wanted


def stem(word: str) -> str:
    """Return what the forms of a word have in common, so that 'veins' finds 'vein' and 'achy' finds 'ache'."""
    if len(word) <= MIN_STEM or is_cjk(word) or not word.isalpha():
        return word
    word = IRREGULAR.get(word, word)
    return _bare_ending(_without_suffix(_singular(re.sub(r"^oe|ae", "e", word))))


def _singular(word: str) -> str:
    if word.endswith(("lves", "lve")):
        return word[: word.rindex("lve")] + "lf"
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(?:s|x|z|ch|sh)es$", word) and not word.endswith("aches"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _without_suffix(word: str) -> str:
    for suffix in ("ness", "less", "ful", "ing", "ed"):
        if word.endswith(suffix) and len(word) - len(suffix) >= MIN_STEM:
            return _DOUBLED.sub(r"\1", word.removesuffix(suffix))
    return word


def _bare_ending(word: str) -> str:
    cut = len(word) > MIN_STEM and word.endswith(("e", "y")) and not word.endswith("ee")
    return word[:-1] if cut else word


def stems(text: str) -> str:
    """Return the stems of a text, each after a space, so that ' word' finds the beginning of a word."""
    return "".join(f" {stem(token)}" for token in tokens(text))


def minor() -> frozenset[str]:
    """Return the stems of words that tell when or how much, not what."""
    return frozenset(stem(word) for word in _MINOR.split())


def parse(text: str) -> Query:
    """Return what a person asks for; filler counts only when there is nothing else."""
    shown = readable(text)
    found = list(dict.fromkeys(tokens(shown)))
    telling = [token for token in found if token not in STOP_WORDS] or found
    kept = tuple(telling[:MAX_TOKENS])
    return Query(shown, kept, tuple(stem(token) for token in kept))
