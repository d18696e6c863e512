"""The tables of docs/tutorial.md, and each as the form that a browser would post: labels are looked up on the form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import strip_tags
from django.utils.text import slugify
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text

from articles.editing.forms import name_in_form
from tools.made_docs import DOCS

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NUMBERED = re.compile(r"^(.*?) (\d+)$")
Tree = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One step: its heading, and what its table says, in order."""

    name: str
    rows: tuple[tuple[str, str], ...]

    @property
    def entered(self) -> dict[str, str]:
        """What is entered, by the place."""
        return dict(self.rows)

    @property
    def tree(self) -> Tree:
        """The same with every part of a place as a level."""
        found: Tree = {}
        for place, value in self.rows:
            *outer, last = place.split(" › ")
            level = found
            for name in outer:
                level = level.setdefault(name, {})
            level[last] = value
        return found


def steps() -> dict[int, Step]:
    """Return the steps of the tutorial by their number."""
    parts = re.split(r"^## Step (\d+): (.*)$", (DOCS / "tutorial.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = {}
    for number, name, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        rows = [row for row in ROW.findall(text) if row != ("where", "what to enter") and set(row[0]) != {"-"}]
        found[int(number)] = Step(name, tuple(rows))
    return found


def posted(model: type[Page], step: Step) -> dict[str, str]:
    """Return the form of a page as the step fills it in; a place that is not on the form fails the test."""
    handler = model.get_edit_handler()
    fields = handler.get_form_class().base_fields
    labels = {heading or str(fields[name].label): name for name, heading in _headings(handler) if name in fields}
    data: Tree = {name: _empty(model, name, fields[name]) for name in labels.values()}
    for label, given in step.tree.items():
        assert label in labels, f"{step.name}: there is no field “{label}”; there are {sorted(labels)}"
        name = labels[label]
        data[name] = _field(model, name, fields[name], given)
    data["slug"] = slugify(data["title"])
    comments = {f"comments-{part}_FORMS": "0" for part in ("TOTAL", "INITIAL")} | {"comments-MAX_NUM_FORMS": ""}
    sent = {name_in_form(name): value for name, value in data.items() if value is not None}
    return nested_form_data(sent) | comments


def _headings(panel: Panel) -> Iterator[tuple[str, str]]:
    """Yield each field of a form with the words that are set above it; none where its own label stands there."""
    if isinstance(panel, FieldPanel):
        yield panel.field_name, str(panel.heading)
    for child in getattr(panel, "children", ()):
        yield from _headings(child)


def _is_prose(model: type[Page], name: str) -> bool:
    return isinstance(model._meta.get_field(name), RichTextField)


def _empty(model: type[Page], name: str, field: Any) -> Any:
    """Return what a form sends for a field that nobody touches; None: nothing."""
    if _is_prose(model, name):
        return rich_text("")
    if isinstance(field, forms.BooleanField | forms.ModelMultipleChoiceField):
        return None
    return {"count": "0"} if hasattr(field, "block") else ""


def _field(model: type[Page], name: str, field: Any, given: Any) -> Any:
    if isinstance(given, dict):
        return block_data(field.block, given)
    if _is_prose(model, name):
        return rich_text(f"<p>{given}</p>")
    return key_of(getattr(field, "choices", ()), given)


def key_of(choices: Any, words: str) -> str:
    """Return the key of a choice by its words; the words themselves where nothing is chosen from."""
    flat = [pair for key, label in choices for pair in (label if isinstance(label, list | tuple) else [(key, label)])]
    found = {strip_tags(str(label)): str(key) for key, label in flat}
    if not found:
        return words
    assert words in found, f"there is no “{words}” to choose; there are {sorted(found)}"
    return found[words]


def block_data(block: blocks.Block, given: Any) -> Any:
    """Return what a form sends for a block."""
    if isinstance(block, blocks.StreamBlock):
        return _items(given, lambda name: _by_label(block, name), typed=True)
    if isinstance(block, blocks.ListBlock):
        label = str(block.child_block.label or "Item")
        return _items(given, lambda name: _only(name, {label, "Item"}, block.child_block), typed=False)
    if isinstance(block, blocks.StructBlock):
        return _struct(block, given)
    return _value(block, given)


def _by_label(block: blocks.BaseStreamBlock, label: str) -> tuple[str, blocks.Block]:
    found = {str(child.label): (name, child) for name, child in block.child_blocks.items()}
    assert label in found, f"there is no “{label}” to add; there are {sorted(found)}"
    return found[label]


def _only(name: str, labels: set[str], child: blocks.Block) -> tuple[str, blocks.Block]:
    assert name in labels, f"“{name}” is none of {sorted(labels)}"
    return "item", child


def _items(given: Tree, child_of: Any, *, typed: bool) -> Tree:
    """Return a counted list of things that the form adds: `given` by label and number, in their order."""
    found: Tree = {"count": str(len(given))}
    for place, (name, value) in enumerate(given.items()):
        match = NUMBERED.match(name)
        assert match, f"“{name}” has no number"
        kind, child = child_of(match[1])
        found[str(place)] = {"value": block_data(child, value), "deleted": "", "order": str(place), "id": "",
                             "type": kind if typed else "item"}  # fmt: skip
    return found


def _struct(block: blocks.BaseStructBlock, given: Tree) -> Tree:
    labels = {str(child.label): name for name, child in block.child_blocks.items()}
    assert given.keys() <= labels.keys(), f"{given.keys() - labels.keys()} is none of {sorted(labels)}"
    found: Tree = {}
    for label, name in labels.items():
        child = block.child_blocks[name]
        value = block_data(child, given[label]) if label in given else _nothing(child)
        if value is not None:
            found[name] = value
    return found


def _nothing(block: blocks.Block) -> Any:
    """Return what an untouched part of a form sends."""
    if isinstance(block, blocks.StreamBlock | blocks.ListBlock):
        return {"count": "0"}
    if isinstance(block, blocks.StructBlock):
        return _struct(block, {})
    if isinstance(block, blocks.BooleanBlock | blocks.MultipleChoiceBlock):
        return None
    if isinstance(block, blocks.RichTextBlock):
        return rich_text("")
    default = block.get_default()
    return "" if default is None else str(default)


def _value(block: blocks.Block, given: str) -> Any:
    if isinstance(block, blocks.BooleanBlock):
        return "on" if given == "yes" else None
    if isinstance(block, blocks.PageChooserBlock):
        return str(block.target_model.objects.get(title=given).pk)
    if isinstance(block, blocks.RichTextBlock):
        return rich_text(f"<p>{given}</p>")
    if isinstance(block, blocks.MultipleChoiceBlock):
        return tuple(one.strip() for one in given.split(";"))  # a list would be numbered
    return key_of(block.field.choices, given) if isinstance(block, blocks.ChoiceBlock) else given
