"""What keeps a page from being submitted, said so that its author finds the place."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


@dataclass(frozen=True)
class Problem:
    """One fault: `place` as a path a person can follow, `message` as a sentence, `field` of the form."""

    place: str
    message: str
    field: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def flatten(error: ValidationError, place: str) -> Iterator[tuple[str, str]]:
    """Yield (place, message) for each message in a form or StreamField error, however deep."""
    nested = getattr(error, "block_errors", None)
    if nested:
        items = nested.items() if isinstance(nested, dict) else enumerate(nested)
        for key, child in items:
            if child is not None:
                label = f"item {key + 1}" if isinstance(key, int) else str(key).replace("_", " ")
                yield from flatten(child, f"{place} › {label}" if place else label)
    own = getattr(error, "non_block_errors", None)
    if own:
        for child in own:
            yield from flatten(child, place)
    if nested is None and own is None:
        yield from _plain(error, place)


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
