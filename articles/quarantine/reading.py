"""A file becomes words: by its content, within limits, and nothing in it is run, fetched or unpacked without end."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import defusedxml.ElementTree
import docx
import filetype
from defusedxml.common import DefusedXmlException
from docx.table import Table
from lxml import etree, html
from markdown_it import MarkdownIt
from markdown_it.token import Token

from articles.models.quarantine import TextKind
from review.words import UNSTORABLE

MOST_BYTES = 2_000_000
MOST_WORDS = 60_000
MOST_PARTS = 500
MOST_UNPACKED = 20_000_000
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCUMENT = "word/document.xml"
#: Parts of a Word file that hold something to run, or another file.
ACTIVE = ("vbaproject", "vbadata", "activex", "/embeddings/", "oleobject")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
#: These show letters in another order than they are written in, so that nobody could see what they decide about.
_TURNED = re.compile(r"[\u202d\u202e]")
#: What the readers of packed files raise at a place that is not what another one says it is.
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, LookupError)
#: Markdown that is nested more deeply is dropped by its reader, without a word.
DEEPEST = 100
_DEEP = re.compile(rf"^(?:[ \t]*(?:>|[-*+]|\d{{1,9}}[.)])){{{DEEPEST // 2},}}|^[ \t]{{{4 * DEEPEST},}}\S", re.MULTILINE)
_BLOCKS = frozenset("p div section article li tr dt dd blockquote pre table ul ol br hr h1 h2 h3 h4 h5 h6".split())
_UNREAD = frozenset("script style template noscript head iframe object embed svg math".split())


class UnreadableError(Exception):
    """A file that is not taken in, with a sentence for whoever brought it."""


@dataclass(frozen=True)
class Read:
    """What a file was, and its words with lines for its blocks."""

    kind: TextKind
    text: str


def read(body: bytes, name: str) -> Read:
    """Return the words of a file; raise UnreadableError when it is not one of ours, or not safe."""
    if not body.strip():
        raise UnreadableError("There is no text in it.")
    if len(body) > MOST_BYTES:
        raise UnreadableError(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Bring in one text at a time.")
    kind = kind_of(body, name)
    text = _READERS[kind](body)
    if _CONTROL.search(text) or UNSTORABLE.search(text):  # by way of a number, such as &#0;
        raise UnreadableError("The file holds characters that stand in no text, so it is something else.")
    if _TURNED.search(text):
        raise UnreadableError(
            "The text holds marks that show letters in another order than they are written in, which can hide words."
            " Take them out, or paste the text as you read it."
        )
    if not text.strip():
        raise UnreadableError("There is no text in it.")
    if len(text.split()) > MOST_WORDS:
        raise UnreadableError(f"The text has more than {MOST_WORDS:,} words. Bring it in in parts.")
    return Read(kind, text)


def kind_of(body: bytes, name: str) -> TextKind:
    """Return what a file is by its content; its name only tells Markdown from plain text."""
    if body.startswith(b"PK\x03\x04"):
        return TextKind.DOCX
    if body.startswith(OLD_OFFICE):
        raise UnreadableError("This is an old Word file (.doc), or one with a password. Save it as .docx without one.")
    guessed = filetype.guess(body)
    if guessed is not None:
        raise UnreadableError(
            f"This is a file of the kind “{guessed.extension}”. Text, Markdown, HTML and .docx are read;"
            " save it as one of these."
        )
    start = _decoded(body)[:1000].lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<?xml", "<head", "<body")) or name.lower().endswith(
        (".html", ".htm", ".xhtml")
    ):
        return TextKind.HTML
    return TextKind.MARKDOWN if name.lower().endswith((".md", ".markdown")) else TextKind.TEXT


def _decoded(body: bytes) -> str:
    utf16 = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = body.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("The file is not written in UTF-8. Save it as UTF-8 and bring it in again.") from error
    if _CONTROL.search(text):
        raise UnreadableError("The file holds characters that stand in no text, so it is something else.")
    return text


def _plain(body: bytes) -> str:
    return _decoded(body).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")


def _tokens(source: str) -> list[Token]:
    if _DEEP.search(source):
        raise UnreadableError("The text is nested too deeply to be read to its end. Paste it as plain text instead.")
    return MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).parse(source)


def _markdown(body: bytes) -> str:
    """Return the lines of a Markdown text: headings and items keep a mark, all other markup goes."""
    lines: list[str] = []
    counters: list[int | None] = []
    mark = ""
    for token in _tokens(_plain(body)):
        if token.type == "heading_open":
            mark = "# "
        elif token.type == "ordered_list_open":
            counters.append(int(token.attrs.get("start", 1)) - 1)
        elif token.type == "bullet_list_open":
            counters.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            counters.pop()
        elif token.type == "list_item_open":
            number = counters[-1]
            counters[-1] = number + 1 if number is not None else None
            mark = "- " if number is None else f"{number + 1}. "
        elif token.type == "inline":
            words = "".join(
                " " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ()
            )
            lines.append(mark + words)
            mark = ""
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.strip())
    return "\n\n".join(lines)


def _html(body: bytes) -> str:
    """Return the words of a web page, a line for each block; scripts, styles and frames are not read."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(_plain(body).encode(), parser=parser)
    except (etree.LxmlError, LookupError, ValueError) as error:  # LookupError: names an encoding that nobody knows
        raise UnreadableError("The web page cannot be read.") from error
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        # the reader stopped on its way: what follows would be lost without a word
        raise UnreadableError("The web page is nested too deeply to be read to its end. Paste its text instead.")
    text = "".join(_words_of(root))
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def _words_of(root: Any) -> Iterator[str]:
    """Yield the words below an element in order; a walk without recursion, however deep the page is."""
    skipped: Any = None
    items: dict[Any, int] = {}
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                yield element.tail or ""
            continue
        tag = element.tag if isinstance(element.tag, str) else "script"
        if event == "start":
            if tag in _UNREAD:
                skipped = element
                continue
            yield _opening(element, tag, items) + (element.text or "").replace("\n", " ")
        else:
            yield ("\n" if tag in _BLOCKS else "") + (element.tail or "").replace("\n", " ")


def _opening(element: Any, tag: str, items: dict[Any, int]) -> str:
    """Return what stands before an element; `items` counts those of each list, as looking back takes ever longer."""
    if tag[0] == "h" and tag[1:].isdigit():
        return "\n# "
    if tag == "li":
        parent = element.getparent()
        items[parent] = items.get(parent, 0) + 1
        return f"\n{items[parent]}. " if parent is not None and parent.tag == "ol" else "\n- "
    return "\n" if tag in _BLOCKS else ""


def _docx(body: bytes) -> str:
    """Return the paragraphs of a Word file, after its container has been looked through."""
    _check_container(body)
    try:
        document = docx.Document(io.BytesIO(body))
        return "\n\n".join(line for line in _paragraphs(document.iter_inner_content()) if line.strip())
    except (*_DAMAGED, AttributeError, TypeError, etree.XMLSyntaxError) as error:  # TypeError: a link to nowhere
        raise UnreadableError("The Word file is damaged and cannot be read.") from error


def _paragraphs(content: Any) -> Iterator[str]:
    for part in content:
        if isinstance(part, Table):
            for row in part.rows:
                yield " ".join(cell.text for cell in row.cells)
            continue
        style = (part.style.name or "").lower() if part.style is not None else ""
        properties = part.paragraph_format.element.pPr
        listed = style.startswith("list") or (properties is not None and properties.numPr is not None)
        mark = "# " if style.startswith(("heading", "title")) else "- " if listed else ""
        yield mark + part.text.replace("\n", " ") if part.text.strip() else ""


def _check_container(body: bytes) -> None:
    """Raise for what a Word file must not hold: something to run, entities, links to templates, or too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as container:
            parts = container.infolist()
            if DOCUMENT not in container.namelist():
                raise UnreadableError("This is a packed file, but no Word file (.docx).")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableError("The file unpacks to far more than a text needs, so it is not opened.")
            for part in parts:
                _check_part(container, part)
    except (*_DAMAGED, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableError("The Word file is damaged or locked with a password, and cannot be read.") from error


def _check_part(container: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = f"/{part.filename.lower()}"
    if any(word in name for word in ACTIVE):
        raise UnreadableError("The Word file holds macros or other files. Save it as a plain .docx without them.")
    if not name.endswith((".xml", ".rels")):
        return
    with container.open(part) as stream:
        content = stream.read(MOST_UNPACKED + 1)  # what the container says of the size may be untrue
    if len(content) > MOST_UNPACKED:
        raise UnreadableError("The file unpacks to far more than a text needs, so it is not opened.")
    try:
        root = defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableError(
            "The Word file defines entities, which could draw in other files. It is refused."
        ) from error
    except SyntaxError as error:
        raise UnreadableError("The Word file is damaged and cannot be read.") from error
    if b"macroenabled" in content.lower():
        raise UnreadableError("The Word file holds macros or other files. Save it as a plain .docx without them.")
    for link in root.iter() if name.endswith(".rels") else ():
        kind = link.get("Type", "").rsplit("/", 1)[-1]
        if link.get("TargetMode") == "External" and kind != "hyperlink":
            raise UnreadableError("The Word file draws something in from elsewhere. Save a copy that holds all of it.")


_READERS: dict[TextKind, Callable[[bytes], str]] = {
    TextKind.TEXT: _plain,
    TextKind.MARKDOWN: _markdown,
    TextKind.HTML: _html,
    TextKind.DOCX: _docx,
}
