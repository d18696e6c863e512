"""Raw texts as others bring them: text, Markdown, web pages and Word files, damaged or made to hurt.

They go to the readers and are taken apart into claims; one of so many goes through the form, into the ledger and onto
its screen. None may reach out: a connection to anywhere fails the input.
"""

import hashlib
import io
import re
import socket
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest import mock

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import RawText
from articles.quarantine import actions
from articles.quarantine.reading import MOST_WORDS, UnreadableError, read
from articles.quarantine.segments import pieces
from articles.quarantine.vocabulary import vocabulary
from tests.articles.quarantine.making import with_parts, word_file
from tests.fuzz import garbage
from tests.fuzz.short import Ways, rarely
from tests.portal.permissions.scene import EDITOR, Scene

HONEST = """Three ways to rest a wrist.

1. Keep the wrist straight while you sleep; a splint helps.
2. Put the the wrist on a cushion for 10-15 minutes.

▶ When should the wrist doctor?
A doctor can give you a splint. Do not wear it by day."""
MARKED = (
    b"# Wrists\n\nKeep *it* straight.\n\n1. Rest\n   - warm\n2. [Cool](http://a.example/x)\n\n> said\n\n```\nx\n```\n"
)
PAGE = b"""<!doctype html><title>W</title><h1>Wrists</h1><p>Keep <b>it</b> straight.<ol><li>Rest<li>Warm</ol>
<table><tr><td>a<td>b</table><img src="http://a.example/x.png">"""
WHOLE_WORD = word_file(("Title", "Wrists"), ("", "Keep it straight."), ("List Bullet", "Rest it"))
TURNED = "\u202e\u202d\u2066\u2069\u200b\u200d\u00ad\ufeff\u0430\u0391\u0000\u0085\u2028\ufffe"
_MARKED = re.compile(r"[\W_]*(?:\d{1,2}|[ivxl]{1,4})?[\W_]*")
MARKUP: tuple[bytes, ...] = (
    b"<script>x</script>", b"<iframe src=http://a.example/>", b"<base href=http://a.example/>", b"<object data=x>",
    b"<meta http-equiv=refresh content='0;url=http://a.example/'>", b"<meta charset=utf-7>",
    b"<link href=//a.example/x>",
    b"<svg onload=x()>", b"<p onclick=x()>", b"<!--", b"<![CDATA[", b"<?php x ?>", b"&#0;", b"&#x202e;", b"&#xd800;",
    b"<" * 500, b"<div>" * 3000, b"<li>" * 2000, b"<ol>" * 300 + b"<li>", b"<p " + b"a=1 " * 500, b"&nbsp" * 500,
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;', b"<template>", b"<noscript>", b"<textarea>",
    b"<plaintext>",
)  # fmt: skip
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
FAR = b'<R><r Type="http://x/attachedTemplate" Target="http://a.example/t" TargetMode="External"/></R>'
SPACE = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _without_styles(body: bytes) -> bytes:
    """Return a Word file that describes only the styles it uses; 800 kB of others are read in 40 ms and say nothing."""
    document = docx.Document(io.BytesIO(body))
    used = {"Normal", *(one.style.style_id for one in document.paragraphs)}
    for style in list(document.styles.element.style_lst):
        if style.styleId not in used:
            document.styles.element.remove(style)
    for rels in (document.part.rels, document.part.package.rels):
        for name in [name for name, one in rels.items() if one.reltype.endswith(("stylesWithEffects", "thumbnail"))]:
            rels.pop(name)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


WORD = _without_styles(WHOLE_WORD)
# Of so many Word files one has all the styles that Word writes.
STYLED = 40


def _table(rows: int, columns: int) -> bytes:
    row = b"<w:tr>" + b"<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>" * columns + b"</w:tr>"
    return b"<w:document " + SPACE + b"><w:body><w:tbl>" + row * rows + b"</w:tbl></w:body></w:document>"


def _text(dice: Random) -> bytes:
    words = HONEST.split(" ")
    for _ in range(dice.randint(1, 5)):
        words.insert(dice.randrange(len(words)), dice.choice([garbage.text(dice), dice.choice(TURNED), "x" * 5000]))
    sent = dice.choice([" ", " ", " ", "\n", ""]).join(words)
    return sent.encode(dice.choice(["utf-8", "utf-8", "utf-8", "utf-16"]), "surrogatepass")


def _markdown(dice: Random) -> bytes:
    nested = dice.choice(
        [b">" * 500, b"- " * 300, b"[" * 500, b"*a " * 300, b"`" * 77, b"|a" * 200, b"1. " * 200, b"\\" * 99]
    )
    return nested + garbage.damaged(dice, MARKED) if dice.random() < 0.3 else garbage.damaged(dice, MARKED)


def _page(dice: Random) -> bytes:
    body = garbage.damaged(dice, PAGE)
    for _ in range(dice.randint(0, 3)):
        place = dice.randrange(len(body) + 1)
        body = body[:place] + dice.choice(MARKUP) + body[place:]
    return b"<html>" + body


def _word(dice: Random) -> bytes:
    part = dice.choice(["word/document.xml", "word/styles.xml", "[Content_Types].xml", "word/_rels/document.xml.rels",
                        "word/numbering.xml", "docProps/core.xml", "_rels/.rels"])  # fmt: skip
    way = dice.randrange(10)
    if way == 0:
        return garbage.damaged(dice, WHOLE_WORD if rarely(dice, STYLED // 10) else WORD)
    if way == 1:
        named: dict[str, bytes] = {
            dice.choice(["word__vbaProject_bin", "word__embeddings__a_docx", "word__activeX_xml"]): b"x"
        }
        return with_parts(WORD, **named)
    if way == 2:
        return with_parts(WORD, word__media__a_docx=WORD, word__media__b_zip=WORD)
    if way == 3:
        return _with(
            part, dice.choice([ENTITIES, FAR, b"", b"\x00", b"<x" * 999, b"<x>" * 3000, b"\xff\xfe<\x00x\x00"])
        )
    if way == 4:
        return _with("word/document.xml", _table(dice.choice([1, 60]), dice.choice([1, 60])))
    if way == 5:
        return with_parts(
            WORD, word__media__a_png=b"\0" * dice.choice([10, 21_000_000 if dice.random() < 0.02 else 99])
        )
    if way == 6:
        return with_parts(WORD, **{f"a{n}": b"" for n in range(dice.choice([2, 501]))})
    with zipfile.ZipFile(io.BytesIO(WORD)) as container:
        return _with(part, garbage.damaged(dice, container.read(part)))


def _with(part: str, content: bytes) -> bytes:
    """Return the Word file with one part of it exchanged."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORD)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            new.writestr(one.filename, content if one.filename == part else old.read(one))
    return made.getvalue()


KINDS: tuple[tuple[str, Callable[[Random], bytes]], ...] = (
    ("a.txt", _text), ("a.md", _markdown), ("a.html", _page), ("a.docx", _word),
)  # fmt: skip


@contextmanager
def _no_way_out() -> Iterator[None]:
    """Let nobody be asked for anything: PostgreSQL's own library connects without this module."""
    with (
        mock.patch.object(socket.socket, "connect", side_effect=AssertionError("asks somebody")),
        mock.patch.object(socket, "getaddrinfo", side_effect=AssertionError("looks a name up")),
    ):
        yield


def _read(body: bytes, name: str) -> str:
    """Read and take apart; every letter must stand in one claim. Returns what became of it, in a word."""
    try:
        found = read(body, name)
    except UnreadableError as error:
        # a refusal is a sentence
        return "refused" if str(error).endswith(".") else "500"
    assert len(found.text.split()) <= MOST_WORDS
    assert not re.search(r"[\x00-\x08\u202d\u202e\ud800-\udfff]", found.text), "what nobody can see is taken in"
    end = 0
    for piece in pieces(found.text):
        between = found.text[end : piece.start]
        assert piece.start >= end, "two claims share words"
        assert _only_marks(between), f"lost between claims: {between[:80]!r}"
        end = piece.end
    assert _only_marks(found.text[end:]), f"the end is lost: {found.text[end:][:80]!r}"
    return "read"


def _only_marks(text: str) -> bool:
    """Whether no line holds a word: a number or a mark may stand there, of an item of a list that is empty."""
    return all(_MARKED.fullmatch(line) for line in text.split("\n"))


# One text of so many goes through the form.
WHOLE = 100


def raw_texts(scene: Scene) -> Callable[[Random], Any]:
    """The readers of raw texts; now and then the form, the ledger and its screens.

    The words of all released pages, to which the hints compare a text, are read once: 0.3 s, the same for each text.
    """
    known = vocabulary()
    client = Ways(scene.people[EDITOR]).whole

    def send(dice: Random) -> Any:
        name, make = dice.choice(KINDS)
        body = make(dice)
        name = dice.choice([name, name, name, "x", "a" * 240 + name, "\u202e" + name, "a.doc", "a.txt"])
        with _no_way_out(), mock.patch.object(actions, "vocabulary", return_value=known):
            return _through_the_form(client, body, name) if rarely(dice, WHOLE) else _read(body, name)

    return send


def _through_the_form(client: Any, body: bytes, name: str) -> Any:
    said = {"title": "T", "language_path": "not known", "file": SimpleUploadedFile(name, body)}
    response = client.post(reverse("quarantine:bring-in"), said)
    if response.status_code == 302:
        raw = RawText.objects.latest("pk")
        assert (bytes(raw.original), raw.sha256) == (body, hashlib.sha256(body).hexdigest()), "not kept as it came"
        assert client.get(response["Location"].partition("#")[0]).status_code == 200, "the ledger cannot be shown"
    return response
