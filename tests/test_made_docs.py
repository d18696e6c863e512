"""Documents that are made from code are as the code is; every document can be reached from the contents."""

import re

import pytest

from tools import made_docs
from tools.made_docs import DOCS, ROOT


@pytest.mark.parametrize("path", sorted(made_docs.made()), ids=lambda path: path.name)
def test_a_document_made_from_code_is_as_the_code_is(path):
    assert path.read_text(encoding="utf-8") == made_docs.made()[path], "run python -m tools.made_docs"


def test_the_drawing_has_every_layer_in_the_order_of_the_contract():
    text = (DOCS / "images" / "modules.svg").read_text(encoding="utf-8")

    assert re.findall(r'class="app">(\w+)<', text) == made_docs.layers() == ["portal", "triage", "articles", "review"]
    assert "engine*" in text


def test_every_document_stands_in_the_contents():
    contents = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([a-z-]+)$", contents, re.MULTILINE)) | {"index"}

    assert {path.stem for path in DOCS.glob("*.md")} == listed
    assert "adr/*" in contents


def test_every_place_in_a_document_that_another_leads_to_is_there():
    broken = []
    for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for target, place in re.findall(r"\]\(([^)#:\s]*)#([^)\s]+)\)", path.read_text(encoding="utf-8")):
            file = path.parent / target if target else path
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            if place not in {_anchor(one) for one in headings}:
                broken.append(f"{path.name}: {target}#{place}")

    assert broken == []


def _anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
