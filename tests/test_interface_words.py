"""The words of the interface in other languages: compiled as they are written, and whole."""

import re
from pathlib import Path

import polib
import pytest

from articles import enums
from articles.drawings import drawings
from articles.leg_map import VIEWS
from articles.queries import USES
from tools.interface_words import compiled, sources

# Enumerations whose words stand on pages.
SHOWN = (enums.CauseGroup, enums.Side, enums.Polarity, enums.Verdict, enums.SourceKind, enums.Disposition)
ROOT = Path(__file__).resolve().parent.parent
WORDS = re.compile(r"""\{% translate (?:"([^"]*)"|'([^']*)')(?: context "\w+")?(?: as \w+)? %\}""")

# “one,several” of the filter `many`, and what a template hands to another
PAIRS = re.compile(r"""\|many:"([^",]*),([^",]*)"|=_\("([^"]*)"\)""")


def used() -> set[str]:
    """Return every word that a template asks for."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    pairs = {word for text in texts for pair in PAIRS.findall(text) for word in pair if word}
    return pairs | {one or other for text in texts for one, other in WORDS.findall(text)}


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


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.parent.parent.name)
def test_what_templates_take_from_the_code_is_translated_too(source):
    kept = {entry.msgid for entry in polib.pofile(str(source))}
    wanted = {drawing.alt for drawing in drawings().values()} | set(VIEWS.values()) | set(USES.values())
    wanted |= {one.label for names in SHOWN for one in names}

    assert sorted(wanted - kept) == []


def test_there_is_a_catalogue():
    assert sources()
