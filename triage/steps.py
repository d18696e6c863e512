"""From what was posted to what is shown next. A fold over the answers: the same post always leads to the same page."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from triage.answers import State
from triage.artefacts import Check
from triage.engine.protocol import SOME, UNSURE, Answer, Answers
from triage.forms import Wrong, refined, taken


class Show(StrEnum):
    """The kinds of page a post can lead to."""

    QUESTION = "question"
    REVIEW = "review"
    RESULT = "result"
    UNFINISHED = "unfinished"
    ERASED = "erased"
    SUMMARY = "summary"
    SUMMARY_PDF = "summary-pdf"
    CALENDAR = "calendar"
    FHIR_R4 = "fhir-r4"
    FHIR_R5 = "fhir-r5"


@dataclass(frozen=True)
class Step:
    """What to show, with all answers that still count."""

    show: Show
    answers: Answers
    question: str = ""
    refining: bool = False
    error: str = ""
    given: tuple[str, ...] = ()


_FILES = (Show.CALENDAR, Show.FHIR_R4, Show.FHIR_R5)
# What a button says that leads to the same step in another language.
LANGUAGE = "language"
ENDS = {str(one): one for one in (Show.RESULT, Show.SUMMARY, Show.SUMMARY_PDF, *_FILES)}


def step(state: State) -> Step:
    """Return what to show after a post; what the person asked for is refused only where an answer is missing."""
    if state.go == "erase":
        return Step(Show.ERASED, {}, question=state.question)
    if state.go == "leave":
        return Step(Show.UNFINISHED, on_path(state.check, state.answers), question=state.question)
    if state.go.startswith("change:"):
        return _change(state, state.go.removeprefix("change:"))
    if state.go == "back":
        return _back(state)
    if state.go == LANGUAGE and state.question in state.check.machine.protocol.question:
        # the same question in other words, with what is ticked there and not sent yet
        return Step(Show.QUESTION, state.answers, state.question, state.refining, given=state.given)
    if state.go == "next" and state.question in state.check.machine.protocol.question:
        return _answered(state)
    return onwards(state.check, state.answers, state.go)


def on_path(check: Check, answers: Mapping[str, Answer]) -> Answers:
    """Return the answers to questions that this run asks."""
    return {key: answers[key] for key in check.machine.walk(answers).asked}


def onwards(check: Check, answers: Answers, go: str = "next") -> Step:
    """Return the next question, the list of answers when there is none left, or the result."""
    walk = check.machine.walk(answers)
    if walk.next is not None:
        return Step(Show.QUESTION, answers, walk.next, refining=walk.next in walk.asked)
    if go in ENDS:
        return Step(ENDS[go], answers)
    # an emergency, or an urgency that no later answer can change, is said at once
    return Step(Show.RESULT if walk.stopped else Show.REVIEW, answers)


def _change(state: State, key: str) -> Step:
    if key in state.check.machine.walk(state.answers).asked:
        return Step(Show.QUESTION, state.answers, key)
    return onwards(state.check, state.answers)


def _back(state: State) -> Step:
    """Return the question before the one that was shown."""
    walk = state.check.machine.walk(state.answers)
    path = [*walk.asked, *([walk.next] if walk.next and walk.next not in walk.asked else [])]
    if state.refining and state.question in path:
        return Step(Show.QUESTION, state.answers, state.question)
    place = path.index(state.question) if state.question in path else len(path)
    if place == 0 or not path:
        return onwards(state.check, {})
    return Step(Show.QUESTION, state.answers, path[place - 1])


def _answered(state: State) -> Step:
    """Take the answer to the question that was shown, or show it again with what is wrong."""
    question = state.check.machine.protocol.question[state.question]
    before = state.answers.get(question.key)
    refining = state.refining and before is not None and SOME in (before if isinstance(before, tuple) else ())
    answer = refined(question, before, state.given) if refining and before else taken(question, state.given)
    if isinstance(answer, Wrong):
        return Step(Show.QUESTION, state.answers, question.key, refining, answer.message, state.given)
    return onwards(state.check, {**state.answers, question.key: _at_once(state, question.key, answer)})


def _at_once(state: State, key: str, answer: Answer) -> Answer:
    """Do not ask for details of a doubt when what is certain is an emergency already."""
    if not isinstance(answer, tuple) or SOME not in answer:
        return answer
    doubtful = tuple(UNSURE if token == SOME else token for token in answer)
    walk = state.check.machine.walk({**state.answers, key: doubtful})
    return doubtful if walk.stopped and walk.asked[-1:] == (key,) else answer
