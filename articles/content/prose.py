"""The small Markdown of content files, turned into the HTML that rich text fields keep."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token

Resolve = Callable[[str, str], int]

_TAGS = {"strong": "b", "em": "i"}
_ALLOWED = {
    "paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak", "strong_open", "strong_close",
    "em_open", "em_close", "link_open", "link_close", "bullet_list_open", "bullet_list_close", "ordered_list_open",
    "ordered_list_close", "list_item_open", "list_item_close",
}  # fmt: skip
_HEADINGS = {"heading_open", "heading_close"}
_LINK = re.compile(r"^(?P<kind>[a-z_]+):(?P<key>[A-Za-z0-9_-]+)$")


class ProseError(ValueError):
    """The text uses something that a rich text of ours cannot hold."""


def to_html(text: str, resolve: Resolve, *, headings: bool = False) -> str:
    """Return Markdown as rich text; `resolve(kind, key)` gives a page's id or raises LookupError.

    Raises ProseError for anything but paragraphs, lists, bold, italic and links to our own pages.
    """
    allowed = _ALLOWED | _HEADINGS if headings else _ALLOWED
    parser = MarkdownIt("commonmark", {"html": False})
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # links are checked below
    tokens = parser.parse(text.strip())
    for token in [*tokens, *(child for t in tokens for child in t.children or [])]:
        if token.type not in allowed:
            raise ProseError(f"Only paragraphs, lists, bold, italic and links: no {token.type.split('_')[0]}.")
        _adapt(token, resolve)
    html = parser.renderer.render(tokens, parser.options, {})
    return re.sub(r">\n+<", "><", html).strip()


def _adapt(token: Token, resolve: Resolve) -> None:
    """Make one token what rich text fields keep."""
    token.tag = _TAGS.get(token.tag, token.tag)
    if token.tag == "h1":
        raise ProseError("Headings start with two signs: ## Heading.")
    if token.type in {"paragraph_open", "paragraph_close"}:
        token.hidden = token.level > 0
    if token.type == "link_open":
        href = str(token.attrs.get("href", ""))
        match = _LINK.match(href)
        if not match:
            raise ProseError(f"A link leads to a page of ours, such as term:cramp; not to “{href}”.")
        token.attrs = {"linktype": "page", "id": str(resolve(match["kind"], match["key"]))}
