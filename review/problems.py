"""What keeps a page from being submitted, said so that its author finds the place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


@dataclass(frozen=True)
class Problem:
    """One fault: `place` as a path a person can follow, `message` as a sentence, `field` of the form."""

    place: str
    message: str
    field: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def flatten(error: ValidationError, place: str, value: Any = None) -> Iterator[tuple[str, str]]:
    """Yield (place, message) for each message in a form or StreamField error, however deep.

    `value` is the block's value that the error is about, so that parts are named as the editor names them.
    """
    nested = getattr(error, "block_errors", None)
    if nested:
        items = nested.items() if isinstance(nested, dict) else enumerate(nested)
        for key, child in items:
            if child is not None:
                label, part = _part(value, key)
                yield from flatten(child, f"{place} › {label}" if place else label, part)
    own = getattr(error, "non_block_errors", None)
    if own:
        # A list of errors gives its texts when it is gone through, and the errors only when asked.
        for child in own.as_data() if hasattr(own, "as_data") else own:
            yield from flatten(child, place)
    if nested is None and own is None:
        yield from _plain(error, place)


def _part(value: Any, key: int | str) -> tuple[str, Any]:
    """Return what the editor calls a part of a block, and its value: its place among its like, or its name."""
    block = getattr(value, "list_block", None) or getattr(value, "block", None)
    if isinstance(key, str):
        child = getattr(block, "child_blocks", {}).get(key)
        return str(child.label if child else key.replace("_", " ").capitalize()), value.get(key) if child else None
    if hasattr(value, "stream_block"):
        return f"{value[key].block.label} {key + 1}", value[key].value
    if hasattr(value, "bound_blocks"):
        return f"{value.list_block.child_block.label or 'item'} {key + 1}", value[key]
    return f"item {key + 1}", None


def _plain(error: ValidationError, place: str) -> Iterator[tuple[str, str]]:
    """Yield the messages of an ordinary Django error."""
    if hasattr(error, "error_dict"):
        for name, children in error.error_dict.items():
            label = place if name == NON_FIELD_ERRORS else f"{place} › {name}".removeprefix(" › ")
            for child in children:
                yield from flatten(child, label)
        return
    for message in error.messages:
        yield place, str(message)
