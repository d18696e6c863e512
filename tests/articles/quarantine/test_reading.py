"""Files become words; what could do anything, or is no text, is refused with a sentence."""

import io
import struct
import time
import zipfile

import pytest

from articles.models import TextKind
from articles.quarantine import reading
from articles.quarantine.reading import UnreadableError, read
from tests.articles.quarantine.making import with_parts, word_file

WORD = word_file(("Title", "Wrists"), ("", "Keep it straight."), ("List Bullet", "Rest it"), ("", ""))
MARKDOWN = b"# Wrists\n\nKeep *it*\nstraight.\n\n1. Rest\n2. Warm\n\n- x <b>y</b>"
PAGE = b"""<h1>Wrists</h1><script>alert(1)</script><p onclick=x()>Keep <b>it</b>
straight.</p><ol><li>Rest<li>Warm</ol><style>p{}</style><svg><text>no</text></svg>"""
ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
LINK = b'<R xmlns="r"><r Type="http://x/attachedTemplate" Target="http://x.example/t" TargetMode="External"/></R>'
HYPERLINK = LINK.replace(b"attachedTemplate", b"hyperlink")


def leading_nowhere(body: bytes) -> bytes:
    """Return a Word file in which a link does not say what it leads to."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part).replace(b' Target="styles.xml"', b""))
    return made.getvalue()


def lying(body: bytes) -> bytes:
    """Return a packed file whose directory says that its document is short."""
    at = body.rindex(b"word/document.xml") - 46
    return body[: at + 24] + struct.pack("<L", 10) + body[at + 28 :]


def before_its_beginning(body: bytes) -> bytes:
    """Return a packed file without its beginning, as its end counts from there."""
    return body[:4] + body[60:]


@pytest.mark.parametrize(
    ("body", "name", "kind", "text"),
    [
        (b"\xef\xbb\xbfOne.\r\nTwo.", "a.txt", TextKind.TEXT, "One.\nTwo."),
        ("Knie über.".encode("utf-16"), "a.txt", TextKind.TEXT, "Knie über."),
        (MARKDOWN, "a.md", TextKind.MARKDOWN,
         "# Wrists\n\nKeep it straight.\n\n1. Rest\n\n2. Warm\n\n- x <b>y</b>"),
        (PAGE, "a.html", TextKind.HTML,
         "# Wrists\nKeep it straight.\n1. Rest\n2. Warm"),
        (b"<!DOCTYPE html><p>By content</p>", "a.txt", TextKind.HTML, "By content"),
        (WORD, "a.docx", TextKind.DOCX, "# Wrists\n\nKeep it straight.\n\n- Rest it"),
        (WORD, "misnamed.txt", TextKind.DOCX, "# Wrists\n\nKeep it straight.\n\n- Rest it"),
        (with_parts(WORD, word___rels__footer_xml_rels=HYPERLINK), "a.docx", TextKind.DOCX,
         "# Wrists\n\nKeep it straight.\n\n- Rest it"),
    ],
)  # fmt: skip
def test_the_words_of_a_file(body, name, kind, text):
    assert read(body, name) == reading.Read(kind, text)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"  \n", "no text"),
        (b"<script>x</script>", "no text"),
        (b"a" * (reading.MOST_BYTES + 1), "larger than 2 MB"),
        (b"a " * (reading.MOST_WORDS + 1), "more than 60,000 words"),
        (b"%PDF-1.7\n%%EOF", "kind “pdf”"),
        (b"\x7fELF" + b"\0" * 60, "kind “elf”"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Word file"),
        (b"caf\xe9", "not written in UTF-8"),
        (b"a\0b", "characters that stand in no text"),
        (with_parts(WORD, word__vbaProject_bin=b"x"), "holds macros"),
        (with_parts(WORD, word__embeddings__sheet_xlsx=b"x"), "holds macros or other files"),
        (with_parts(WORD, word__document_xml=ENTITY), "defines entities"),
        (with_parts(WORD, docProps__core_xml=ENTITY), "defines entities"),
        (with_parts(WORD, word___rels__settings_xml_rels=LINK), "from elsewhere"),
        (with_parts(WORD, word__document_xml=b"<x"), "damaged"),
        (with_parts(WORD, word__media__a_png=b"\0" * (reading.MOST_UNPACKED + 1)), "unpacks to far more"),
        (with_parts(WORD, **{f"a{n}": b"" for n in range(reading.MOST_PARTS)}), "unpacks to far more"),
        (leading_nowhere(WORD), "damaged"),
        (WORD[: len(WORD) // 2], "damaged"),
        (lying(WORD), "damaged"),
        (with_parts(WORD, word__document_xml=b'<?xml version="1.0" encoding="UdF-8"?><x/>'), "damaged"),
        (before_its_beginning(WORD), "damaged"),
        ("Do \u202eton\u202c run.".encode(), "another order"),
        (b"<html><p>Do &#x202e;ton run.", "another order"),
        (b"Words.\n\n" + b">" * 200 + b" lost", "nested too deeply"),
        (b"Words.\n\n" + b" " * 500 + b"- lost", "nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(body, why):
    with pytest.raises(UnreadableError, match=why):
        read(body, "a.html" if body.startswith(b"<script") else "a.md" if b"lost" in body else "a.txt")


def test_a_packed_file_that_is_no_word_file():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as container:
        container.writestr("a.txt", "hello")

    with pytest.raises(UnreadableError, match="no Word file"):
        read(made.getvalue(), "a.docx")


def test_a_macro_enabled_type_is_refused_whatever_the_file_is_called():
    with zipfile.ZipFile(io.BytesIO(WORD)) as container:
        types = container.read("[Content_Types].xml").replace(b"wordprocessingml.document.main", b"macroEnabled.main")
    body = with_parts(WORD)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            new.writestr(part, types if part.filename == "[Content_Types].xml" else old.read(part))

    with pytest.raises(UnreadableError, match="macros"):
        read(made.getvalue(), "a.docx")


def test_a_web_page_that_goes_ever_deeper_is_read_to_its_end_or_refused():
    assert read(b"<html><body>" + b"<div>" * 1500 + b"deep", "a.html").text.strip() == "deep"
    with pytest.raises(UnreadableError, match="too deeply"):
        read(b"<html><body>start" + b"<div>" * 5000 + b"deep", "a.html")


def test_a_list_of_many_items_takes_no_longer_for_each():
    begun = time.process_time()
    found = read(b"<html><ol>" + b"<li>a" * 20_000, "a.html")

    assert found.text.endswith("\n20000. a")
    # looking back at all items before each took most of a minute
    assert time.process_time() - begun < 5


def test_markdown_of_some_depth_is_read_to_its_end():
    assert "deep" in read(b"".join(b"  " * n + b"- a\n" for n in range(30)) + b"  " * 30 + b"- deep", "a.md").text
