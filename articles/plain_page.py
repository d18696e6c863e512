"""A released page as plain parts, read from the very HTML that its readers get.

So nothing can be in the parts that the page does not show: what is on hold or withheld for a late review is not there,
and what refers to a draft is not there either.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import Comment

# What carries meaning stays, with these attributes; every other element gives way to what is inside of it.
KEPT: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        "p ul li h2 h3 h4 h5 strong b em i br dl dt dd table thead tbody tr caption figure figcaption details summary"
        " blockquote sup sub".split(),
        frozenset(),
    ),
    "ol": frozenset({"start"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height"}),
}
# Ways around the site, and what is told apart from the text: title, review, sources, other pages.
LEFT_OUT = (
    "script, style, svg, form, nav, button, input, select, textarea, dialog, template, iframe, object, h1, .kicker,"
    " .tell-unsafe, .reviewed-by, .sources, .uses"
)


@dataclass(frozen=True)
class Part:
    """One part of a page: its anchor, its heading, and what stands below as HTML without classes; the first is ''."""

    anchor: str
    heading: str
    html: str


@dataclass(frozen=True)
class PlainPage:
    """What a page says, without what stands around it."""

    parts: tuple[Part, ...]
    graph: dict[str, Any]
    paths: tuple[str, ...]
    """The pages of this site that it leads to, in order."""
    cited: dict[str, tuple[str, ...]]
    """The places in each source, by the path of the source's page."""


def plain_page(html: str, address: str) -> PlainPage:
    """Return the parts of a page; `address` is its own, to which links inside of it are relative."""
    soup = BeautifulSoup(html, "html.parser")
    data = soup.find("script", type="application/ld+json")
    main = soup.find("main")
    if not isinstance(main, Tag):
        return PlainPage((), {}, (), {})
    site = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    cited = dict(_cited(main, address, site))
    paths = tuple(dict.fromkeys(_paths(main, address, site)))
    _clean(main, address)
    return PlainPage(tuple(_parts(main)), json.loads(data.get_text()) if data else {}, paths, cited)


def _path(link: Tag, address: str, site: str) -> str | None:
    """Return the path of a link to another page of the site."""
    whole = urljoin(address, str(link["href"])).partition("#")[0]
    return whole.removeprefix(site) if whole.startswith(f"{site}/") and whole != address else None


def _paths(main: Tag, address: str, site: str) -> Iterator[str]:
    for link in main.find_all("a", href=True):
        if (path := _path(link, address, site)) is not None and "?" not in path:
            yield path


def _cited(main: Tag, address: str, site: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the sources in the list at the end, each with the places that are relied on."""
    for item in main.select(".sources > ol > li"):
        title = item.select_one("a.record__title")
        if title is not None and (path := _path(title, address, site)) is not None:
            yield path, tuple(" ".join(place.get_text().split()) for place in item.select(".sources__places > li"))


def _clean(main: Tag, address: str) -> None:
    for gone in main.select(LEFT_OUT):
        gone.decompose()
    for comment in main.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in main.find_all(True):
        if tag.name not in KEPT:
            tag.insert_after(" ")
            tag.unwrap()
            continue
        anchor = tag.get("id") if tag.name == "h2" else None
        tag.attrs = {name: value for name, value in tag.attrs.items() if name in KEPT[tag.name]}
        if anchor:
            tag["id"] = anchor
        for name in {"href", "src"} & tag.attrs.keys():
            tag[name] = urljoin(address, str(tag[name]))


def _parts(main: Tag) -> Iterator[Part]:
    """Cut at the headings of the second level; these stand at the top once everything around them is gone."""
    anchor = heading = ""
    pieces: list[str] = []
    for child in [*main.children]:
        if isinstance(child, Tag) and child.name == "h2":
            yield from _part(anchor, heading, pieces)
            anchor, heading, pieces = str(child.get("id") or ""), " ".join(child.get_text().split()), []
        elif isinstance(child, Tag):
            pieces.append(str(child))
        elif isinstance(child, NavigableString):
            pieces.append(child.output_ready(formatter="minimal"))
    yield from _part(anchor, heading, pieces)


def _part(anchor: str, heading: str, pieces: list[str]) -> Iterator[Part]:
    html = " ".join("".join(pieces).split())
    if heading or html:
        yield Part(anchor, heading, html)
