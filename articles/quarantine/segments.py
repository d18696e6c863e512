"""A text taken apart into claims, each with its place. Pure: the same text always gives the same pieces."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: The shortest claim, in words, of which a page may not hold an exact copy: shorter ones are anybody's words.
OWN_WORDS = 6
_MARK = re.compile(
    r"""\s*(?:(?P<glyph>[▶►■◆◇●○★☆•▪#>]+\s*)
        |(?P<item>(?:\(?\d{1,2}[.)、]|\(\d{1,2}\)|[-*–l]|[ivx]{1,4}[.)])\s+))""",
    re.VERBOSE,
)
_ORDINAL = re.compile(r"(?:first|second|third|fourth|fifth|sixth|next|finally)\s*,\s+", re.IGNORECASE)
# A sentence ends before a space, or before a capital letter that follows at once, which translators' output does.
_END = re.compile(
    r"""(?<!\b[A-Z])(?<!\be\.g)(?<!\bi\.e)(?<!\bDr)[.!?;]+[”"’)\]]*(?=\s|$|[A-Z“"▶])
        |[。！？；]+[”"’」』]*
        |(?<=[a-z])(?=[A-Z][a-z]+\s)""",
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
#: Nobody decides about a longer “sentence”, and comparing within it takes ever longer: it is cut between two words.
LONGEST_CLAIM = 150
HEADING_WORDS = 14
LABEL_WORDS = 9


@dataclass(frozen=True)
class Token:
    """A word with its place in the whole text."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """The word in small letters, with straight apostrophes."""
        return self.text.lower().replace("’", "'")


@dataclass(frozen=True)
class Piece:
    """A claim or heading: where it stands, and in which block and list."""

    start: int
    end: int
    text: str
    is_heading: bool
    block: int
    """Number of the line that it stands in."""
    item: int
    """Its number in a list, counted from 1; 0 outside of lists."""
    first: bool
    """Whether it begins its block."""
    tokens: tuple[Token, ...] = field(repr=False)

    @property
    def words(self) -> list[str]:
        """Its words in small letters."""
        return [token.low for token in self.tokens]


def pieces(text: str) -> list[Piece]:
    """Return the claims and headings of a text in order; every word stands in exactly one, or is a list's number."""
    found: list[Piece] = []
    item = before = 0
    for number, line in enumerate(re.finditer(r"[^\n]+", text)):
        if not line[0].strip():
            continue
        mark = _MARK.match(line[0])
        listed = bool(mark and mark["item"])
        start = line.start() + (mark.end() if mark else len(line[0]) - len(line[0].lstrip()))
        given = re.search(r"\d+", mark["item"]) if mark and mark["item"] else None
        goes_on = not given or int(given[0]) in (1, before + 1)
        before = int(given[0]) if given else 0
        words = text[start : line.end()].strip()
        heading = is_heading(words, glyph=bool(mark and mark["glyph"]), listed=listed and goes_on)
        item = item + 1 if listed and not heading else 0
        for place, (low, high) in enumerate(_sentences(text, start, line.end())):
            found.append(Piece(
                low, high, text[low:high], heading, number, item, place == 0,
                tuple(Token(w[0], w.start(), w.end()) for w in _WORD.finditer(text, low, high)),
            ))  # fmt: skip
    return found


def is_heading(line: str, *, glyph: bool, listed: bool) -> bool:
    """Return whether a line is a heading by its look: short, without the end of a sentence inside."""
    if glyph:
        return True
    short = len(_WORD.findall(line)) <= HEADING_WORDS
    if not short or _END.search(line[:-1]):
        return False
    if _ORDINAL.match(line) and line[-1:] not in ".!":
        return True
    short_label = len(line.split()) <= LABEL_WORDS
    if listed:
        return line[-1:] == "?" or (line[-1:] not in ".!:;,。" and " of " in f" {line} " and short_label)
    return line[-1:] not in ".!:;,。"


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    low = start
    for stop in _END.finditer(text, start, end):
        if _WORD.search(text, low, stop.end()):
            yield from _cut(text, low, stop.end())
            low = stop.end()
    if _WORD.search(text, low, end):
        yield from _cut(text, low, end)


def _cut(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence, in parts where it is longer than anybody can decide about."""
    for count, word in enumerate(_WORD.finditer(text, low, high)):
        if count and count % LONGEST_CLAIM == 0:
            yield _trimmed(text, low, word.start())
            low = word.start()
    yield _trimmed(text, low, high)


def _trimmed(text: str, low: int, high: int) -> tuple[int, int]:
    while low < high and text[low].isspace():
        low += 1
    while high > low and text[high - 1].isspace():
        high -= 1
    return low, high


def digest(text: str) -> str:
    """Return a hash of the words of a claim, whatever stands between them; empty for what is anybody's words."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    return hashlib.sha256(" ".join(words).encode()).hexdigest() if len(words) >= OWN_WORDS else ""


def digests(text: str) -> set[str]:
    """Return the hashes of all sentences of a text."""
    return {digest(piece.text) for piece in pieces(text)} - {""}
