"""docs/coverage.md is true: each requirement has a place, and what the map says stands there.

A row is held to three things. Each pointer leads to something that is released. Each quote stands, as a whole value or
as three words or more, in exactly one of the parts that a pointer leads to: a block, an item of a list, a value. Each
pointer has such a quote. So no block and no item can be removed or emptied without its row failing.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from articles.blocks.guide import ContentBlock
from articles.blocks.references import RefBlock
from articles.content.kinds import BY_MODEL, KINDS
from articles.models import GarbledPassage, GuidePage, Origin
from articles.readability import plain
from tests.factories.articles import past_the_gate

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "docs" / "coverage.md"
ROW = re.compile(r"^\| (?P<id>[RXG]\d+) \| (?P<what>[^|]+) \| (?P<places>[^|]+) \| (?P<says>[^|]*) \|$", re.MULTILINE)
POINTER = re.compile(r"`(?P<kind>[a-z_]+):(?P<key>[A-Za-z0-9_-]+)/(?P<path>[a-z0-9_/]+)`")
QUOTED = re.compile(r"“([^”]+)”")
WANTED = [*(f"R{n}" for n in range(1, 99)), *(f"X{n}" for n in range(1, 9)), *(f"G{n}" for n in range(1, 15))]
NOT_PAGES = {"origin": Origin, "passage": GarbledPassage}
# A pointer that ends here would hold anything: it has to name a block or a part of one.
TOO_WIDE = {"body", "section", "content"}
FEW_WORDS = 3

Row = dict[str, str]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Ask anew after what a test takes off the site: a name that it found missing was missing to later tests."""
    yield
    named.cache_clear()


def rows() -> list[Row]:
    return [match.groupdict() for match in ROW.finditer(MAP.read_text(encoding="utf-8"))]


def faults(row: Row) -> list[str]:
    """Return what is wrong with a row; nothing when it is true."""
    if POINTER.sub("", row["places"]).strip():
        return [f"The places are pointers and nothing else: {row['places']}"]
    found, wrong = {}, []
    for match in POINTER.finditer(row["places"]):
        try:
            found[match[0]] = [list(leaves(part)) for part in parts_at(**match.groupdict())]
        except LookupError as error:
            wrong.append(f"{match[0]}: {error}")
    quotes = QUOTED.findall(row["says"])
    pinned = {(place, quote) for place, parts in found.items() for quote in quotes if pins(quote, parts)}
    wrong += [f"{place}: no quote stands in exactly one part of it" for place in found.keys() - {p for p, _ in pinned}]
    wrong += [f"“{quote}” stands in no place, or in several" for quote in set(quotes) - {q for _, q in pinned}]
    return wrong if found or wrong else ["A row names at least one place."]


def parts_at(kind: str, key: str, path: str) -> list[Any]:
    """Return what stands at a pointer: a field, and below it every block or part of that name."""
    name, *steps = path.split("/")
    if path.rsplit("/", 1)[-1] in TOO_WIDE:
        raise LookupError("names no block")
    parts = [value_of(kind, key, name)]
    for step in steps:
        parts = [part for parent in parts for part in below(parent, step)]
    parts = [item for part in parts for item in items_of(part)]
    if not any(True for part in parts for _ in leaves(part)):
        raise LookupError("nothing stands there")
    return parts


def value_of(kind: str, key: str, name: str) -> Any:
    """Return a field of a page that is released, of an origin or of a protocol, as lists, dicts and texts."""
    if kind == "protocol":
        return yaml.safe_load((ROOT / "triage" / "protocols" / f"{key}.yaml").read_text(encoding="utf-8"))[name]
    try:
        if kind in NOT_PAGES:
            row = NOT_PAGES[kind]._default_manager.get(code=key)
        else:
            row = KINDS[kind].model.objects.live().get(**{KINDS[kind].key: key})
        field = row._meta.get_field(name)
    except (ObjectDoesNotExist, FieldDoesNotExist) as error:
        raise LookupError(str(error)) from None
    value = getattr(row, name)
    if isinstance(field, StreamField):
        return readable(field.stream_block, list(value.raw_data))
    if isinstance(field, models.ManyToManyField):
        return [named(field.related_model, page.pk) for page in value.all()]
    return plain(value) if isinstance(field, RichTextField) else value


def readable(block: blocks.Block, raw: Any) -> Any:
    """Return the raw value of a block without markup, with key and title of the pages it chooses."""
    if isinstance(block, RefBlock):
        return named(block.target_model, raw) if raw else ""
    if isinstance(block, blocks.BaseStreamBlock):
        return [{item["type"]: readable(block.child_blocks[item["type"]], item["value"])} for item in raw or []]
    if isinstance(block, blocks.BaseStructBlock):
        return {name: readable(child, raw.get(name)) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        return [readable(block.child_block, item["value"]) for item in raw or []]
    return plain(raw) if isinstance(block, blocks.RichTextBlock) else raw


@cache
def named(model: type[Page], pk: int) -> list[str]:
    """Return key and title of a page; of one that is not released, nothing."""
    key = KINDS[BY_MODEL[model]].key
    return list(model.objects.live().filter(pk=pk).values_list(key, "title").first() or [])


def below(value: Any, name: str) -> Iterator[Any]:
    """Yield the nearest blocks or parts of a name."""
    if isinstance(value, dict) and name in value:
        yield value[name]
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from below(item, name)


def items_of(value: Any) -> list[Any]:
    """Return the items of a list of blocks, each a part of its own; anything else as it is."""
    return value if isinstance(value, list) and all(isinstance(item, dict | list) for item in value) else [value]


def leaves(value: Any) -> Iterator[str]:
    """Yield every text and number in a value."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    elif value is not None and (text := " ".join(str(value).split())):
        yield text.casefold()


def pins(quote: str, parts: list[list[str]]) -> bool:
    """Whether a quote stands in exactly one of the parts."""
    return sum(any(stands(quote.casefold(), leaf) for leaf in part) for part in parts) == 1


def stands(quote: str, leaf: str) -> bool:
    """Whether a quote is the value itself, or some words in a row of it."""
    if len(quote.split()) < FEW_WORDS:
        return quote == leaf
    return re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", leaf) is not None


def test_every_requirement_has_exactly_one_row():
    assert [row["id"] for row in rows()] == WANTED


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_what_the_map_says_is_there(row: Row):
    assert faults(row) == []


def test_all_broken_passages_are_kept_with_what_was_decided():
    kept = {passage.code: passage for passage in GarbledPassage.objects.all()}
    assert sorted(kept, key=lambda code: int(code[1:])) == [f"M{n}" for n in range(1, 38)]
    assert [code for code, passage in kept.items() if not (passage.decision and passage.decided_by)] == []
    assert {c for c, p in kept.items() if p.changes_what_readers_do} == {
        "M16",
        "M17",
        "M18",
        "M19",
        "M28",
        "M30",
        "M34",
    }


TRUE = {
    "id": "R46",
    "what": "a time limit",
    "places": "`guide:calf-soreness/body/course/high_days` `care_rule:CR19/within_days` `care_rule:CR19/title`",
    "says": "“7” days, then “Cramps or soreness that do not settle”",
}


def test_a_true_row_has_no_faults():
    assert faults(TRUE) == []


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param({"places": TRUE["places"].replace("CR19/title", "CR99/title")}, id="no such page"),
        pytest.param({"places": TRUE["places"].replace("CR19/title", "CR19/name")}, id="no such field"),
        pytest.param({"places": TRUE["places"].replace("/course/", "/cours/")}, id="no such block"),
        pytest.param({"places": TRUE["places"].replace("high_days", "days")}, id="no such part"),
        pytest.param({"places": TRUE["places"].replace("care_rule:", "rule:")}, id="no such kind"),
        pytest.param({"places": TRUE["places"].replace("/body/course/high_days", "/body")}, id="a whole body"),
        pytest.param({"places": TRUE["places"].replace("/title`", "`")}, id="a pointer that is none"),
        pytest.param({"places": TRUE["places"] + " `claim:A13/statement`"}, id="a place without a quote"),
        pytest.param({"places": " "}, id="no place"),
        pytest.param({"says": TRUE["says"].replace("7", "8")}, id="another number"),
        pytest.param({"says": TRUE["says"].replace("soreness", "numbness")}, id="other words"),
        pytest.param(
            {"says": TRUE["says"].replace("or soreness that do not settle", "or")}, id="two words of a longer value"
        ),
        pytest.param({"says": "nothing quoted"}, id="no quote"),
    ],
)
def test_a_spoiled_row_is_found(spoiled: Row):
    assert faults(TRUE | spoiled)


def test_a_quote_that_stands_in_several_blocks_holds_none_of_them():
    path = "guide:leg-cramps-in-pregnancy/body/causes/groups"
    assert faults({"places": f"`{path}`", "says": "“pre-eclampsia”"}) == []
    assert faults({"places": f"`{path}/rank`", "says": "“main”"})


def test_a_page_that_is_not_released_holds_nothing():
    past_the_gate(KINDS["care_rule"].model.objects.filter(code="CR19"), live=False)
    assert faults(TRUE)


# Pictures are uploaded by editors: the files of the starter content hold none.
UPLOADED = {"picture"}


@pytest.mark.parametrize("kind", sorted(set(ContentBlock().child_blocks) - UPLOADED))
def test_no_kind_of_block_can_leave_the_guides_unnoticed(kind: str):
    held = [row for row in rows() if f"/body/{kind}" in row["places"]]
    assert held, "no requirement rests on this kind of block"
    for guide in GuidePage.objects.all():
        for section in guide.body.raw_data:
            content = section["value"]["content"]
            section["value"]["content"] = [block for block in content if block["type"] != kind]
        past_the_gate(GuidePage.objects.filter(pk=guide.pk), body=guide.body)
    assert [row["id"] for row in held if not faults(row)] == []


def test_one_item_cannot_leave_a_list_unnoticed():
    row = next(row for row in rows() if row["id"] == "G2")
    rule = KINDS["care_rule"].model.objects.get(code="CR1")
    kept = [item for item in rule.conditions.raw_data if "chest_pain" not in str(item["value"])]
    assert len(kept) == len(rule.conditions) - 1
    past_the_gate(KINDS["care_rule"].model.objects.filter(pk=rule.pk), conditions=kept)
    assert faults(row) == ["“chest_pain” stands in no place, or in several"]
