"""Reviewed rich text for a place where nothing may lead away: markup of meaning stays, links go."""

from html import escape
from html.parser import HTMLParser

KEPT = frozenset({"p", "ul", "ol", "li", "b", "i", "strong", "em", "br"})


class _Keeper(HTMLParser):
    """Writes the tags that are kept, without any attribute."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what carries meaning."""
        if tag in KEPT:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        if tag in KEPT and tag != "br":
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep all text."""
        self.parts.append(escape(data, quote=False))


def without_links(html: str) -> str:
    """Return HTML with only paragraphs, lists and emphasis."""
    keeper = _Keeper()
    keeper.feed(html)
    keeper.close()
    return "".join(keeper.parts)
