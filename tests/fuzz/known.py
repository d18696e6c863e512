"""What every input of a check would read again from the database, and what no input can change: read once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wagtail.blocks import ChooserBlock

from triage import actions, approval, cards, problems, protocol_file
from triage.library import library


class Known:
    """The released pages that checks and guides refer to, as plain data by code, and their ids.

    Besides: the pages that choosers name, once they were found; and no guide is proved against the check that it
    leads to, which takes a second.
    """

    def __init__(self) -> None:
        shelves, index = library(), protocol_file.content_index()
        self._found: dict[tuple[Any, str], Any] = {}
        self._look = ChooserBlock.value_from_form
        self._instead: list[tuple[Any, str, Any]] = [
            *((module, "library", lambda: shelves) for module in (actions, approval, problems)),
            (protocol_file, "content_index", lambda: index),
            (cards, "text_of", lambda page: None),
            (ChooserBlock, "value_from_form", self._chosen),
        ]

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Let these be taken instead of asking for them."""
        before = [(place, name, getattr(place, name)) for place, name, _ in self._instead]
        try:
            for place, name, value in self._instead:
                setattr(place, name, value)
            yield
        finally:
            for place, name, value in before:
                setattr(place, name, value)

    @property
    def _chosen(self) -> Any:
        def value_from_form(block: Any, value: Any) -> Any:
            key = (block.model_class, str(value))
            if key not in self._found:
                chosen = self._look(block, value)
                if chosen is None:
                    return None
                self._found[key] = chosen
            return self._found[key]

        return value_from_form
