"""Where answers live between two pages: in the form's own body, and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from django.http import HttpRequest, QueryDict

from triage.artefacts import Check, Shelf
from triage.engine.answers import clean
from triage.engine.protocol import Answer, Answers

BODY_LIMIT = 8 * 1024
FORM_TYPE = "application/x-www-form-urlencoded"
PREFIX = "a-"
ME, OTHER = "me", "other"


class UnreadableError(ValueError):
    """A body that is no form of ours."""


@dataclass(frozen=True)
class State:
    """One post: the release it belongs to, all answers so far, and what the person just did."""

    check: Check
    answers: Answers
    shelf: Shelf = field(default_factory=Shelf)
    """What stands beside that release."""
    who: str = ME
    question: str = ""
    given: tuple[str, ...] = ()
    refining: bool = False
    go: str = "next"
    updated: bool = False
    lost: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)


def read(request: HttpRequest, slug: str, shelf: Shelf) -> State:
    """Return what was posted; raises UnreadableError, or NoCheckError where there is no such check."""
    form = body(request)
    current = shelf.current(slug)
    named = form.get("v", "")
    check = (shelf.version(slug, named) if named else None) or current
    answers, lost = _answers(form, check)
    if form.get("go") != "begin":
        lost = _without_half_an_answer(answers, form, _last_name(request)) or lost
    return State(
        check=check,
        answers=answers,
        shelf=shelf,
        who=OTHER if form.get("who") == OTHER else ME,
        question=form.get("q", ""),
        # without a button at its end the body was cut off, and some of what was ticked may be missing
        given=tuple(form.getlist("answer")) if "go" in form else (),
        refining=form.get("refine") == "1",
        go=form.get("go", "next"),
        updated=bool(named) and named != check.hash,
        lost=lost,
    )


def _without_half_an_answer(answers: Answers, form: QueryDict, last: str) -> bool:
    """Take out the answer at which a body was cut off: what is left of it may say less than was said."""
    cut = last.removeprefix(PREFIX) if last.startswith(PREFIX) else ""
    if not cut and answers and form.get("who") not in {ME, OTHER}:
        cut = [*answers][-1]
    return bool(cut) and answers.pop(cut, None) is not None


def _last_name(request: HttpRequest) -> str:
    """Return the name of the last field; a form of ours ends in a button, never in an earlier answer."""
    return unquote_plus(request.body.rpartition(b"&")[2].partition(b"=")[0].decode("utf-8", "replace"))


def body(request: HttpRequest) -> QueryDict:
    """Return the fields of a small urlencoded body; anything else is not read at all."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise UnreadableError("no length") from None
    if length > BODY_LIMIT:
        raise UnreadableError("too long")
    if request.content_type != FORM_TYPE:
        raise UnreadableError("not a form")
    return QueryDict(request.body, encoding="utf-8")


def _answers(form: QueryDict, check: Check) -> tuple[Answers, bool]:
    """Return every answer that fits its question, and whether something did not fit."""
    found: Answers = {}
    lost = False
    for name, values in form.lists():
        if not name.startswith(PREFIX):
            continue
        question = check.machine.protocol.question.get(name.removeprefix(PREFIX))
        answer = clean(question, _tokens(values, several=question.several)) if question else None
        if question is None or answer is None:
            lost = True
        else:
            found[question.key] = answer
    return found, lost


def _tokens(values: Sequence[object], *, several: bool) -> object:
    """Return what the hidden fields of one question say; two different answers to one question are none."""
    texts = [value for value in values if isinstance(value, str)]
    if several:
        return [token for text in texts for token in text.split(",")]
    return texts[0] if len(set(texts)) == 1 else None


def fields(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Return the hidden fields for answers: name and value."""
    return {
        f"{PREFIX}{key}": ",".join(answer) if isinstance(answer, tuple) else str(answer)
        for key, answer in answers.items()
    }
