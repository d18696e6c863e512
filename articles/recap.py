"""A guide in short, made from its body so that it can never say something else; pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from articles.enums import URGENT, CauseGroup, Disposition, Rank, Specialty


@dataclass
class Danger:
    """What needs the same speed."""

    disposition: Disposition
    titles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Course:
    """How long it usually takes, and who takes over then."""

    low_days: int | None
    high_days: int
    after: Any


@dataclass
class Recap:
    """What a guide says, in short."""

    warnings: list[Danger] = field(default_factory=list)
    cause_count: int = 0
    main_groups: list[str] = field(default_factory=list)
    techniques: list[Any] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    course: Course | None = None
    first_stop: str = ""


def recap(blocks: Iterable[Any]) -> Recap:
    """Return the recap of the blocks of a guide; parts that are missing from the body are missing from it."""
    found = Recap()
    for block in blocks:
        if add := _PARTS.get(block.block_type):
            add(found, block.value)
    found.warnings.sort(key=lambda warning: list(Disposition).index(warning.disposition))
    return found


def _care_card(found: Recap, value: Any) -> None:
    for rule in filter(None, value["rules"]):
        disposition = Disposition(rule.disposition)
        if disposition not in URGENT:
            continue
        warning = next((w for w in found.warnings if w.disposition == disposition), None)
        if warning is None:
            found.warnings.append(warning := Danger(disposition))
        if rule.title not in warning.titles:
            warning.titles.append(rule.title)


def _causes(found: Recap, value: Any) -> None:
    for group in value["groups"]:
        found.cause_count += len([cause for cause in group["causes"] if cause])
        label = gettext(str(CauseGroup(group["group"]).label))
        if group["rank"] == Rank.MAIN and label not in found.main_groups:
            found.main_groups.append(label)


def _techniques(found: Recap, value: Any) -> None:
    for item in value["items"]:
        if item["technique"] and item["technique"] not in found.techniques:
            found.techniques.append(item["technique"])


def _dos_donts(found: Recap, value: Any) -> None:
    found.avoid += [dont["avoid"] for dont in value["donts"]]


def _course(found: Recap, value: Any) -> None:
    found.course = found.course or Course(value["low_days"], value["high_days"], value["after"])


def _who_to_see(found: Recap, value: Any) -> None:
    found.first_stop = found.first_stop or gettext(str(Specialty(value["first"]).label))


_PARTS = {
    "care_card": _care_card,
    "causes": _causes,
    "techniques": _techniques,
    "dos_donts": _dos_donts,
    "course": _course,
    "who_to_see": _who_to_see,
}
