"""The words of the interface in other languages: compiled as they are written, and whole."""

import re
from pathlib import Path

import polib
import pytest

from tools.interface_words import compiled, sources

ROOT = Path(__file__).resolve().parent.parent
WORDS = re.compile(r"""\{% translate (?:"([^"]*)"|'([^']*)') %\}""")


def used() -> set[str]:
    """Return every word that a template asks for."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    return {one or other for text in texts for one, other in WORDS.findall(text)}


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.parent.parent.name)
def test_what_is_compiled_is_what_is_written(source):
    assert source.with_suffix(".mo").read_bytes() == compiled(source)


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.parent.parent.name)
def test_every_word_of_the_templates_is_translated_with_the_same_places(source):
    catalogue = {entry.msgid: entry.msgstr for entry in polib.pofile(str(source))}

    assert sorted(used() - catalogue.keys()) == []
    assert [word for word, text in catalogue.items() if not text] == []
    assert [word for word, text in catalogue.items() if word.count("{}") != text.count("{}")] == []
    assert [word for word, text in catalogue.items() if word.count("%(") != text.count("%(")] == []


def test_there_is_a_catalogue():
    assert sources()
