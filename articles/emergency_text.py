"""Which parts of a guide help in an emergency: nobody puts those on hold."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wagtail.blocks import StreamValue

# Words with which a part says how soon help is needed. When in doubt a part counts as emergency text: it can still be
# changed through a review, and the page can be withdrawn.
URGENT_WORDS = re.compile(
    r"\b(ambulance|emergency|emergencies|urgent|urgently|today|tonight|at once|right away|straight away|call|phone)\b",
    re.IGNORECASE,
)
URGENT_BLOCKS = frozenset({"care_card", "who_to_see"})


def is_urgent(block: StreamValue.StreamChild) -> bool:
    """Return whether a block says when to get help."""
    if block.block_type in URGENT_BLOCKS:
        return True
    return any(URGENT_WORDS.search(text) for text in _texts(block.get_prep_value()["value"]))


def parts_to_hold(body: StreamValue) -> Mapping[str, str]:
    """Return the parts of a guide that can be put on hold, by id, in the words of the guide.

    A section that holds a care card stays whole: its words lead to the card.
    """
    found: dict[str, str] = {}
    for section in body:
        heading, content = section.value["heading"], section.value["content"]
        if any(block.block_type in URGENT_BLOCKS for block in content):
            continue
        calm = [block for block in content if not is_urgent(block)]
        if len(calm) == len(content) and not URGENT_WORDS.search(heading):
            found[section.id] = f"{heading} (the whole section)"
        for block in calm:
            found[block.id] = f"{heading} › {block.block.label}{_first_words(block)}"
    return found


def calm_sections(body: StreamValue) -> frozenset[str] | None:
    """Return ids of the sections of a guide without care cards; None when no section has one."""
    calm = frozenset(s.id for s in body if not any(block.block_type in URGENT_BLOCKS for block in s.value["content"]))
    return None if len(calm) == len(body) else calm


def section_names(body: StreamValue) -> Mapping[str, str]:
    """Return the headings of all sections by id."""
    return {section.id: section.value["heading"] for section in body}


def _first_words(block: StreamValue.StreamChild) -> str:
    text = next((t for t in _texts(block.get_prep_value()["value"]) if " " in t), "")
    words = re.sub(r"<[^>]*>", " ", text).split()[:6]
    return f": {' '.join(words)} …" if words else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
