"""Text of the source language inside a page in another one: marked while the page is made, wrapped when it is done.

The marks are characters for private use, which no text may hold. They live through filters, lists of contents and
escapes, where markup would not; what stands in an attribute, a title or a script loses them.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape

INLINE, BLOCK, END, BLOCK_END = "\ue000", "\ue001", "\ue002", "\ue003"
STALE, STALE_BLOCK = "\ue004", "\ue005"
MARKS = frozenset({INLINE, BLOCK, END, BLOCK_END, STALE, STALE_BLOCK})
_MARKS = re.compile("[\ue000-\ue005]")
_WRITTEN = re.compile(r"\\ue00[0-5]")
_PIECES = re.compile(r"(<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<title\b.*?</title>|<[^>]*>)", re.DOTALL)


# Marks of Chinese and Japanese hold their own space; those of templates between words would stand beside it.
_WIDE = "，。、；：！？（）「」『』《》"
_GAP = re.compile(f"(?<=[{_WIDE}]) +| +(?=[{_WIDE}])")
_IN_LINE = re.compile(r"</?(?:strong|b|em|i|span|bdi|cite|code)\b")


def source_text(text: str, *, rich: bool, stale: bool) -> str:
    """Return text of the source language with marks around it."""
    if rich:
        return f"{STALE_BLOCK if stale else BLOCK}{text}{BLOCK_END}"
    return f"{STALE if stale else INLINE}{text}{END}"


def bare(text: str) -> str:
    """Return a text without marks."""
    return _MARKS.sub("", text)


def is_marked(text: str) -> bool:
    """Whether any of a text is in the language of the source."""
    return bool(_MARKS.search(text))


def is_locked(text: str) -> bool:
    """Whether any of it is in the language of the source because that has changed since it was translated."""
    return STALE in text or STALE_BLOCK in text


def in_data(text: str, notice: str) -> str:
    """Return a text for programs: without marks, and with the notice before what is locked."""
    said = text.replace(STALE_BLOCK, f"<p>{escape(notice)}</p>").replace(STALE, f"{notice} ")
    return bare(said)


def finish(html: str, *, notice: str, language: str) -> str:
    """Return a page in which each marked text says its language, and what is out of date says so before it."""
    tag = f'lang="{escape(language)}" dir="ltr"'
    said = escape(notice)
    markup = {
        INLINE: f"<span {tag}>",
        END: "</span>",
        BLOCK: f'<div class="in-source" {tag}>',
        BLOCK_END: "</div>",
        STALE: f'<span class="stale"><span class="stale__notice" role="note">{said}</span> </span><span {tag}>',
        STALE_BLOCK: f'<p class="stale stale__notice" role="note">{said}</p><div class="in-source" {tag}>',
    }
    pieces = list(_without_gaps(_PIECES.split(html)))
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] = _WRITTEN.sub("", _MARKS.sub("", piece))
        elif _MARKS.search(piece):
            pieces[number] = _MARKS.sub(lambda found: markup[found[0]], piece)
    return "".join(pieces)


def _without_gaps(pieces: Iterable[str]) -> Iterator[str]:
    """Yield texts and tags in turn, without spaces beside wide marks; what stands in a tag is left as it is."""
    after_wide = False
    for number, piece in enumerate(pieces):
        if number % 2:
            after_wide = after_wide and bool(_IN_LINE.match(piece))
            yield piece
            continue
        told = _GAP.sub("", piece.lstrip(" ") if after_wide else piece)
        after_wide = told[-1] in _WIDE if told else after_wide
        yield told
