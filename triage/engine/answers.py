"""The one written form of an answer: whatever a form or a file hands over is checked here."""

from collections.abc import Iterable, Mapping

from triage.engine.protocol import MAYBE, NONE, SOME, UNSURE, Answer, Answers, Kind, Protocol, Question

DIGITS = 8


def clean(question: Question, raw: object) -> Answer | None:
    """Return the answer in its written form, or None if it does not answer this question."""
    if question.several:
        return _several(question, raw)
    if isinstance(raw, list | tuple) and len(raw) == 1:
        raw = raw[0]
    if raw == UNSURE:
        return UNSURE if question.allow_unsure else None
    if question.kind is Kind.NUMBER:
        return _number(question, raw)
    return raw if isinstance(raw, str) and raw in question.by_option else None


def clean_all(protocol: Protocol, raw: Mapping[str, object]) -> Answers:
    """Every answer that fits its question; what does not fit counts as not answered."""
    found: Answers = {}
    for question in protocol.questions:
        if question.key in raw:
            answer = clean(question, raw[question.key])
            if answer is not None:
                found[question.key] = answer
    return found


def _number(question: Question, raw: object) -> int | None:
    number = question.number
    if isinstance(raw, str) and raw.strip().isascii() and raw.strip().isdigit() and len(raw) <= DIGITS:
        raw = int(raw)
    if number is None or isinstance(raw, bool) or not isinstance(raw, int):
        return None
    return raw if number.low <= raw <= number.high else None


def _several(question: Question, raw: object) -> tuple[str, ...] | None:
    given = (raw,) if isinstance(raw, str) else raw
    if not isinstance(given, Iterable) or isinstance(given, bytes):
        return None
    tokens = {item for item in given if isinstance(item, str)}
    allowed = {NONE} | set(question.by_option)
    if question.allow_unsure:
        allowed |= {UNSURE, SOME} | {MAYBE + key for key in question.by_option}
    if not tokens or not tokens <= allowed or not _agrees(question, tokens):
        return None
    ordered = [key for option in question.options for key in (option.key, MAYBE + option.key) if key in tokens]
    return (*ordered, *(key for key in (NONE, UNSURE, SOME) if key in tokens))


def _agrees(question: Question, tokens: set[str]) -> bool:
    """None of these stands alone; nothing is both so and not sure; one kind of doubt at a time."""
    if NONE in tokens:
        return len(tokens) == 1
    doubts = any(key.startswith(MAYBE) for key in tokens)
    if (doubts and tokens & {UNSURE, SOME}) or {UNSURE, SOME} <= tokens:
        return False
    return not any(key in tokens and MAYBE + key in tokens for key in question.by_option)


def needs_refining(answer: Answer | None) -> bool:
    """The person is not sure about some of the options and has yet to say about which."""
    return isinstance(answer, tuple) and SOME in answer


def ticked(question: Question, answer: Answer) -> frozenset[str]:
    """The options that are chosen."""
    keys = answer if isinstance(answer, tuple) else (answer,)
    return frozenset(key for key in keys if isinstance(key, str) and key in question.by_option)


def doubted(question: Question, answer: Answer) -> frozenset[str]:
    """The options of a multi-choice question that the person is not sure about."""
    if not isinstance(answer, tuple):
        return frozenset(question.by_option) if answer == UNSURE else frozenset()
    if UNSURE in answer or SOME in answer:
        return frozenset(question.by_option) - ticked(question, answer)
    return frozenset(key[1:] for key in answer if key.startswith(MAYBE))
