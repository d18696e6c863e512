"""A question of the engine as form fields, and what was chosen as an answer of the engine."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from triage.engine.answers import clean, doubted, ticked
from triage.engine.protocol import MAYBE, NONE, SOME, UNSURE, Answer, Kind, Question

ENOUGH_TO_ASK = 2


@dataclass(frozen=True)
class Choice:
    """One radio button or checkbox."""

    value: str
    label: str
    help: str = ""
    checked: bool = False
    apart: bool = False
    """It excludes the others, and stands apart from them."""


@dataclass(frozen=True)
class Wrong:
    """Why an answer cannot be taken, said to the person."""

    message: str


def choices(question: Question, answer: Answer | None) -> list[Choice]:
    """Return the choices of a question with what was chosen before."""
    chosen = ticked(question, answer) if answer is not None else frozenset()
    found = [Choice(one.key, one.label, one.help, one.key in chosen) for one in question.options]
    if question.several:
        found.append(Choice(NONE, gettext(question.none_label), "", answer == (NONE,), apart=True))
        if question.allow_unsure:
            maybe = bool(answer is not None and doubted(question, answer))
            found.append(Choice(SOME, _unsure_label(question), "", maybe, apart=True))
    elif question.allow_unsure:
        found.append(Choice(UNSURE, gettext(question.unsure_label), "", answer == UNSURE, apart=True))
    return found


def _unsure_label(question: Question) -> str:
    if len(question.options) < ENOUGH_TO_ASK or question.unsure_label not in {"Not sure", gettext("Not sure")}:
        return gettext(question.unsure_label)
    return gettext("Not sure about one or more of these")


def refining_choices(question: Question, answer: Answer) -> list[Choice]:
    """Return the choices of the second look: which of the rest the person is not sure about."""
    chosen = ticked(question, answer)
    rest = [one for one in question.options if one.key not in chosen]
    found = [Choice(MAYBE + one.key, one.label, one.help) for one in rest]
    found.append(Choice(UNSURE, gettext("Not sure about any of these"), "", apart=True))
    found.append(Choice(NONE, gettext("None of these after all"), "", apart=True))
    return found


def taken(question: Question, given: Iterable[str]) -> Answer | Wrong:
    """Return the answer that was given, or what is wrong with it."""
    values = {value.strip() for value in given} - {""}
    if question.kind is Kind.NUMBER:
        return _number(question, values)
    if not values:
        return Wrong(gettext("Choose one answer.") if not question.several else _choose(question))
    if not question.several:
        return _cleaned(question, values.pop()) if len(values) == 1 else Wrong(gettext("Choose one answer only."))
    if NONE in values and len(values) > 1:
        return Wrong(gettext("Choose “{}”, or what fits you, not both.").format(gettext(question.none_label)))
    return _cleaned(question, _settled(question, values))


def _settled(question: Question, values: set[str]) -> list[str]:
    """Return the tokens; where only one thing can be doubted there is nothing more to ask."""
    rest = [one.key for one in question.options if one.key not in values]
    if SOME in values and len(rest) < ENOUGH_TO_ASK:
        values = (values - {SOME}) | {MAYBE + key for key in rest}
    return sorted(values)


def refined(question: Question, before: Answer, given: Iterable[str]) -> Answer | Wrong:
    """Return the answer after the second look."""
    values = set(given)
    chosen = set(ticked(question, before))
    if not values:
        return Wrong(gettext("Choose what you are not sure about."))
    if NONE in values:
        if len(values) > 1:
            return Wrong(gettext("Choose “None of these after all”, or what you are not sure about, not both."))
        return _cleaned(question, sorted(chosen) or [NONE])
    if UNSURE in values:
        return _cleaned(question, [*chosen, UNSURE])
    return _cleaned(question, [*chosen, *values])


def _number(question: Question, values: set[str]) -> Answer | Wrong:
    number = question.number
    if number is None:
        return Wrong(gettext("This question cannot be answered."))
    asked = gettext("Enter a whole number from {} to {}").format(number.low, number.high)
    unsure = gettext(", or choose “{}”.").format(gettext(question.unsure_label))
    asked += unsure if question.allow_unsure else gettext(".")
    if not values or len(values) > 1:
        return Wrong(asked)
    answer = clean(question, values.pop())
    return Wrong(asked) if answer is None else answer


def _choose(question: Question) -> str:
    return gettext("Choose what fits you, or “{}”.").format(gettext(question.none_label))


def _cleaned(question: Question, raw: object) -> Answer | Wrong:
    answer = clean(question, raw)
    return Wrong(gettext("Choose from the list.")) if answer is None else answer
