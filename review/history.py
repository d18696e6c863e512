"""What readers saw at each moment of the past, read from the ledger: which pages stood side by side."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from review import queries
from review.enums import PublicState, ReleaseKind, UseKind
from review.models.evidence import Release
from review.models.submission import Standing, Use

GONE = "withdrawn"


def moments(ids: Iterable[int]) -> Iterator[tuple[datetime, dict[int, str]]]:
    """Yield each state that some pages were in, oldest first: when it began, and fingerprint or `GONE` by page id.

    What was released together changed in one moment: between its entries readers saw nothing.
    """
    state: dict[int, str] = {}
    in_this: set[int] = set()
    at = None
    rows = Release.objects.filter(page_id__in=list(ids)).order_by("number")
    for page_id, kind, fingerprint, when in rows.values_list("page_id", "kind", "fingerprint", "released_at"):
        if at is not None and (when != at or page_id in in_this):
            yield at, dict(state)
            in_this = set()
        state[page_id] = GONE if kind == ReleaseKind.WITHDRAWN else fingerprint
        in_this.add(page_id)
        at = when
    if at is not None:
        yield at, state


def standing_now(ids: Iterable[int]) -> dict[int, str]:
    """Return fingerprint or `GONE` of some pages as they are now; without those that never were public."""
    rows = Standing.objects.filter(pk__in=list(ids))
    return {row.pk: row.fingerprint if row.state == PublicState.RELEASED else GONE for row in rows}


def in_the_way(back: Mapping[int, str], around: Mapping[int, str]) -> list[int]:
    """Return the pages that stand otherwise now than beside the texts `back`; none when all once stood so together.

    Of several moments, that with the fewest such pages counts.
    """
    best: list[int] | None = None
    for _, state in moments({*back, *around}):
        if any(state.get(pk) != mark for pk, mark in back.items()):
            continue
        other = sorted(pk for pk, mark in around.items() if state.get(pk) != mark)
        if best is None or len(other) < len(best):
            best = other
    return sorted(around) if best is None else best


def changed_since(ids: Iterable[int], when: datetime) -> list[int]:
    """Return which of some pages are not what they were at a time."""
    wanted = set(ids)
    if not Release.objects.filter(page_id__in=wanted, released_at__gt=when).exists():
        return []
    then: dict[int, str] = {}
    for at, state in moments(wanted):
        if at <= when:
            then = state
    now = standing_now(wanted)
    return sorted(pk for pk in wanted if then.get(pk) != now.get(pk))


def inside(ids: Iterable[int]) -> set[int]:
    """Return the pages that released pages show, and those inside these, down to the last; with `ids` themselves."""
    found = level = set(ids)
    for _ in range(queries.LEVELS):
        rows = Use.objects.filter(kind=UseKind.PAGE, user_page_id__in=level) if level else Use.objects.none()
        level = {int(used) for used in rows.values_list("used", flat=True)} - found
        found = found | level
        if not level:
            break
    return found
