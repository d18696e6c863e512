"""The repository keeps its own rules."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.template.loader import get_template
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import get_page_models

from articles.drawings import drawings
from review.models import ReviewedPage

ROOT = Path(__file__).resolve().parent.parent
DRAWN = ROOT / "articles" / "static" / "articles" / "drawings"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)[^>]*>|<style|\sstyle=|\son[a-z]+=")
PAGE_TYPES = [model for model in get_page_models() if issubclass(model, ReviewedPage)]


def blocks_of(block, seen):
    """Return every block class that can stand in a block, once."""
    if type(block) in seen and isinstance(block, blocks.StructBlock):
        return
    seen.setdefault(type(block), block)
    children = getattr(block, "child_blocks", {}).values()
    for child in [*children, *([block.child_block] if hasattr(block, "child_block") else [])]:
        blocks_of(child, seen)


def all_blocks():
    seen = {}
    for model in PAGE_TYPES:
        for field in model._meta.get_fields():
            if isinstance(field, StreamField):
                blocks_of(field.stream_block, seen)
    return [b for kind, b in seen.items() if kind.__module__.split(".")[0] in {"articles", "triage"}]


def test_decisions_are_numbered_without_gap():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]

    assert numbers == list(range(1, len(numbers) + 1))


def test_every_command_of_the_readme_is_in_the_makefile():
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    named = set(re.findall(r"\bmake ([a-z-]+)\b", readme))

    assert {name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) < 80


def test_every_link_between_our_documents_leads_somewhere():
    broken = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            if "/" in target or target.endswith(".md"):
                broken += [] if (path.parent / target).exists() else [f"{path.name}: {target}"]

    assert broken == []


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_every_page_type_has_a_template_and_says_what_it_is(model):
    assert get_template(model.template)
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")


def test_every_block_of_a_guide_has_icon_description_and_template():
    body = next(m for m in PAGE_TYPES if m.__name__ == "GuidePage")._meta.get_field("body").stream_block
    content = body.child_blocks["section"].child_blocks["content"].child_blocks

    for name, block in content.items():
        assert block.meta.icon not in {"", "placeholder"}, name
        assert block.meta.description, name
        assert get_template(block.meta.template), name


def test_every_block_says_what_it_is():
    assert [type(b).__name__ for b in all_blocks() if not type(b).__doc__] == []


def test_every_drawing_is_there_and_says_what_it_shows():
    files = {path.stem for path in DRAWN.glob("*.svg")}

    assert files == set(drawings())
    assert [d.name for d in drawings().values() if not d.alt.endswith(".")] == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "articles/static/articles/drawings").glob("*.svg")), ids=lambda p: p.stem
)
def test_a_drawing_runs_and_loads_nothing(path):
    text = path.read_text()

    assert not re.search(r"<script|\son\w+=|href\s*=|url\(\s*['\"]?(?!#)|<foreignObject|style=", text)
    assert len(text) < 5_120


def test_the_house_rules_hold():
    assert [str(message) for message in run_checks()] == []


def test_apps_are_the_four_of_the_house():
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}

    assert ours == {"portal", "triage", "articles", "review"}


def test_templates_hold_no_inline_script_or_style():
    found = []
    for path in [*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")]:
        text = path.read_text(encoding="utf-8")
        inline = re.search(
            r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)[^>]*>|<style|\sstyle=|\son[a-z]+=", text
        )
        if inline:
            found.append(f"{path.relative_to(ROOT)}: {inline.group(0)}")

    assert found == []


def test_no_file_of_ours_is_too_long():
    tracked = [p for app in ("portal", "triage", "articles", "review") for p in (ROOT / app).rglob("*.py")]
    long = {str(p.relative_to(ROOT)): n for p in tracked if (n := len(p.read_text().splitlines())) > 400}

    assert {name: n for name, n in long.items() if "/migrations/" not in name} == {}


def test_no_script_of_ours_stores_anything():
    stores = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.")
    scripts = [path for path in ROOT.glob("*/static/**/*.js") if "var" not in path.parts]
    assert len(scripts) >= 5
    assert [path.name for path in scripts if stores.search(path.read_text(encoding="utf-8"))] == []
