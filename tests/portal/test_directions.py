"""Pages that run from right to left: no sheet says left or right, and the pseudo translation leaves nothing out."""

import re
from pathlib import Path

import pytest

from tools.mirrored import BACKWARDS, END, mirrored

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = [
    *sorted((ROOT / "portal/static/portal/css").glob("*.css")),
    ROOT / "triage/static/triage/css/check.css",
    ROOT / "review/static/review/public.css",
    ROOT / "articles/paper/style/paper.css",
]
EDITORS = {"admin.css", "welcome.css"}
PHYSICAL = re.compile(
    r"\b(?:margin|padding|border|scroll-(?:margin|padding))-(?:left|right)\b|\bborder-(?:top|bottom)-(?:left|right)-radius"
    r"|(?<![\w-])(?:left|right)\s*:|\b(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    r"|(?<![\w-])(?:background|[a-z]+-position)\s*:[^;{}]*\b(?:left|right)\b"
)
# Boxes at the foot of a printed sheet stand left or right; what stands in them is turned (tests/articles/paper).
FOOT = re.compile(r"@bottom-(?:left|right) \{[^}]*\}")
FOUR = re.compile(r"\b(padding|margin|inset)\s*:\s*([^;{}]+)")
VALUE = re.compile(r"(?:[\w-]+\((?:[^()]|\([^()]*\))*\)|[^\s()]+)")
SIDES = 4


def faults(sheet: str) -> list[str]:
    """Return what in a sheet would stay on its side when a page is turned round."""
    sheet = FOOT.sub("", sheet)
    found = [one[0] for one in PHYSICAL.finditer(sheet)]
    for prop, values in FOUR.findall(sheet):
        sides = VALUE.findall(values)
        if len(sides) == SIDES and sides[1] != sides[3]:
            found.append(f"{prop}: {values}")
    return found


@pytest.mark.parametrize("path", [one for one in PUBLIC if one.name not in EDITORS], ids=lambda one: one.name)
def test_no_public_sheet_says_left_or_right(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "rule",
    [
        "a{margin-left: 1px}", "a{padding-right:0}", "a { left: 0; }", "a{text-align:right}", "a{padding: 0 1px 0 2px}",
        "a{float: left}", "a{border-top-left-radius: 1px}", "a{background: no-repeat left 1px}",
        "a{object-position: right top}",
    ],
)  # fmt: skip
def test_what_stays_on_its_side_is_seen(rule):
    assert faults(rule)


def test_what_turns_with_the_page_is_left_alone():
    assert faults(":root{--start:left}a{background:no-repeat var(--start) 0}") == []
    assert faults("a{margin-inline-start:0;padding:1px 2px;inset:0;text-align:start;transition:left 1s}") == []


def test_a_pseudo_translation_turns_words_and_leaves_numbers_marks_and_english_parts():
    english = '<span lang="en-GB" dir="ltr">as <i>it</i> is</span>'
    html = f'<html lang="en-GB"><p>Wait 10 to 15 days &amp; <b>rest</b>.</p>{english} on'

    turned = mirrored(html)

    assert turned.startswith('<html lang="ar-XB" dir="rtl">')
    assert (
        f"{BACKWARDS}Wait{END} 10 {BACKWARDS}to{END} 15 {BACKWARDS}days{END} &amp; <b>{BACKWARDS}rest{END}</b>."
        in turned
    )
    assert english in turned
    assert turned.endswith(f"{BACKWARDS}on{END}")
