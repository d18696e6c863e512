"""Whether the controls of hazards work on one text of a protocol: looked up each time, never believed."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from triage.approval import Text
from triage.engine.selected import Selected, selected
from triage.engine.solver import SolverMissingError
from triage.models import Story
from triage.models.hazard import ControlKind, HazardControl
from triage.models.story import StoryState
from triage.vignettes import queries
from triage.vignettes.told import Told, tell_all

ALIVE = "live:rule:"
LEFT_OUT = frozenset({"skip", "skipif", "xfail"})


@dataclass(frozen=True)
class Found:
    """What became of one control on one text; `works` is None when it says nothing about this text."""

    control: HazardControl
    works: bool | None
    why: str


class Lookup:
    """Looks up controls on one text; everything that is asked of the solver or the stories is asked at once."""

    def __init__(self, text: Text, controls: Iterable[HazardControl]) -> None:
        """`controls`: all that will be asked for."""
        self.text = text
        some = list(controls)
        self._statements = self._proved({_statement(one) for one in some if _statement(one)})
        self._told = self._stories({one.target for one in some if one.kind == ControlKind.STORY})

    def _proved(self, names: set[str]) -> dict[str, Selected] | None:
        try:
            return selected(self.text.protocol, sorted(names)) if names else {}
        except SolverMissingError:
            return None

    def _stories(self, names: set[str]) -> dict[str, tuple[Story, Told]]:
        rows = Story.objects.filter(code__in=names, protocol_id=self.text.page.pk, state=StoryState.ACTIVE)
        stories = list(rows.prefetch_related("protocol", "facts"))
        told = tell_all((story.vignette() for story in stories), self.text.check)
        writers = queries.writers_of(self.text.page) if stories else frozenset()
        pairs = zip(stories, told, strict=True)
        return {story.code: (story, one) for story, one in pairs if queries.counts(story, writers)}

    def found(self, control: HazardControl) -> Found:
        """Return what became of one control."""
        if control.kind == ControlKind.TEST:
            fault = test_fault(control.target)
            return Found(control, not fault, fault or "It is part of the suite, which is red when it fails.")
        if control.kind == ControlKind.STORY:
            return self._story(control)
        return self._statement(control)

    def _story(self, control: HazardControl) -> Found:
        if control.target in self._told:
            _, told = self._told[control.target]
            return Found(control, not told.is_miss, told.words or "It comes out as it must.")
        elsewhere = Story.objects.filter(code=control.target, state=StoryState.ACTIVE)
        if elsewhere.exclude(protocol_id=self.text.page.pk).exists():
            return Found(control, None, "It is told to another check.")
        return Found(control, False, "No active story by somebody else than the protocol's authors has this name.")

    def _statement(self, control: HazardControl) -> Found:
        if self._statements is None:
            return Found(control, False, "The solver is not installed, so nothing is proved.")
        one = self._statements[_statement(control)]
        if control.kind == ControlKind.RULE and control.target not in self.text.protocol.rule:
            return Found(control, None, "The check does not use this rule.")
        if not one.verdicts:
            return Found(control, None, "No statement about the check has this name.")
        failing = one.failing
        if failing is None:
            return Found(control, True, f"Proved for every possible set of answers ({len(one.verdicts)}).")
        return Found(control, False, f"Does not hold: {failing.sentence}")


def _statement(control: HazardControl) -> str:
    """Return the name of the statement that a control rests on; empty when it rests on none."""
    if control.kind == ControlKind.RULE:
        return f"{ALIVE}{control.target}"
    return control.target if control.kind == ControlKind.PROOF else ""


def test_fault(target: str) -> str:
    """Return why a test of the suite is no control, or nothing: it is there and is not left out."""
    path, _, name = target.partition("::")
    place = Path(settings.BASE_DIR) / path
    if not path.startswith("tests/") or ".." in path or not place.is_file():
        return "There is no such file of tests."
    functions = _tests_in(place, place.stat().st_mtime_ns)
    if name not in functions:
        return "There is no such test."
    return "The test is left out of the suite." if functions[name] else ""


@lru_cache(maxsize=64)
def _tests_in(path: Path, _changed: int) -> dict[str, bool]:
    """Return the names of the tests in a file, and whether each may be left out."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {node.name: any(_leaves_out(item) for item in node.decorator_list) for node in functions}


def _leaves_out(decorator: ast.expr) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in LEFT_OUT for node in ast.walk(decorator))
