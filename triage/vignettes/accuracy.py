"""How right a release is on the stories that counted when it was released: frozen with it, and open to a recount."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from review.models import Standing
from triage.artefacts import Check
from triage.engine.vignettes import ACCEPTABLE, CAUTIOUS, RIGHT, RISKY, Vignette, check, levels_unknown, read, run
from triage.models import StorySet
from triage.vignettes import queries
from triage.vignettes.files import plain

Json = dict[str, Any]
COLUMNS = {RIGHT: "right", ACCEPTABLE: "acceptable", CAUTIOUS: "too_cautious", RISKY: "too_risky"}


def frozen_for(page: Any, *, now: datetime) -> StorySet | None:
    """Return the stories of the release that holds for a page, kept at the first time of asking; None: not released."""
    release = Standing.objects.filter(pk=page.pk).values_list("release_hash", flat=True).first()
    if release is None:
        return None
    known = StorySet.objects.filter(release_hash=release).first()
    if known is not None:
        return known
    writers = queries.writers_of(page)
    stories = [story for story in queries.active(page) if queries.counts(story, writers)]
    agreed = queries.agreed(stories)
    content = {
        "stories": [plain(story.vignette()) for story in stories],
        "agreement": {"pairs": agreed.pairs, "same": agreed.same, "kappa": agreed.kappa and round(agreed.kappa, 3)},
    }
    made, _ = StorySet.objects.get_or_create(
        release_hash=release, defaults={"key": page.code, "content": content, "made_at": now}
    )
    return made


def measured(released: Check, stories: StorySet) -> Json:
    """Return the table for one release, with every single result, as it is published; levels most urgent first."""
    protocol = released.machine.protocol
    order = [level.key for level in sorted(protocol.dispositions, key=lambda item: -item.rank)]
    results = [_result(story, released) for story in read(stories.content["stories"])]
    return {
        "release": stories.release_hash,
        "order": order,
        "levels": {level: _tally([one for one in results if one["expected"] == level]) for level in order},
        "total": _tally(results),
        "agreement": stories.content["agreement"],
        "stories": [{key: value for key, value in one.items() if key != "verdict"} for one in results],
    }


def _result(story: Vignette, released: Check) -> Json:
    found: Json = {"id": story.id, "expected": story.gold, "acceptable": list(story.acceptable), "result": None,
                   "forbidden_advice": [], "verdict": RISKY}  # fmt: skip
    protocol = released.machine.protocol
    if check(story, protocol) or levels_unknown(story, protocol):
        return found
    outcome = run(released.machine, story)
    return found | {
        "result": outcome.result.disposition,
        "forbidden_advice": list(outcome.violations),
        "verdict": outcome.verdict,
    }


def _tally(results: list[Json]) -> Json:
    found = {"stories": len(results)} | dict.fromkeys(COLUMNS.values(), 0)
    for one in results:
        found[COLUMNS[one["verdict"]]] += 1
    return found | {"forbidden_advice": sum(bool(one["forbidden_advice"]) for one in results)}


def table(found: Mapping[str, Any], labels: Mapping[str, str]) -> list[tuple[str, Json]]:
    """Return the rows of the public table: name of a level and its figures, the sum last; no empty levels."""
    rows = [(labels[key], found["levels"][key]) for key in found["order"] if found["levels"][key]["stories"]]
    return [*rows, ("All", found["total"])]
