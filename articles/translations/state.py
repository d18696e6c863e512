"""Whether what was written in another language still says what the source says, part by part."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from articles.translations.parts import Part, nested
from review.difference import difference
from review.enums import ChangeClass
from review.fingerprint import digest, plain
from review.models import SignOff


class State(StrEnum):
    """How a part of a translation stands to its source."""

    CURRENT = "current"
    OLDER = "older"
    LOCKED = "locked"
    MISSING = "missing"

    @property
    def may_be_read(self) -> bool:
        """Whether readers get the translated words; an older text differs in nothing that could hurt."""
        return self in {State.CURRENT, State.OLDER}


def states(parts: Iterable[Part], translation: Any, model: Any = None) -> dict[str, State]:
    """Return the state of each part by key. `model` is the type of the source, which says how much a change matters."""
    if translation is None:
        return {part.key: State.MISSING for part in parts}
    classes: Mapping[str, str] = getattr(model, "change_classes", {})
    found = {part.key: state_of(part, translation.texts.get(part.key), classes) for part in parts}
    if State.OLDER in found.values() and _was_raised(translation):
        return {key: State.LOCKED if state is State.OLDER else state for key, state in found.items()}
    return found


def state_of(part: Part, kept: Mapping[str, Any] | None, classes: Mapping[str, str]) -> State:
    """Return the state of one part, from what the translation keeps of it."""
    if not kept or not any(kept.get("texts", {}).values()):
        return State.MISSING
    old = kept.get("of")
    if kept.get("mark") == part.mark and digest(plain(old)) == part.mark:
        return State.CURRENT
    found = difference(nested(part.steps, old), nested(part.steps, part.of), classes)
    if not found.changes:  # an editor has stored the same words in another way, as each save in a browser may
        return State.CURRENT
    return State.LOCKED if found.change_class == ChangeClass.SAFETY else State.OLDER


def _was_raised(translation: Any) -> bool:
    """Whether a reviewer has signed a change of the source as one of safety since the translation was signed.

    Somebody may have raised its class: then what looks harmless here was not, to whoever read it.
    """
    rows = SignOff.objects.filter(page_id=translation.source_id, change_class=ChangeClass.SAFETY)
    last = translation.last_published_at
    return last is None or rows.filter(signed_at__gt=last).exists()
