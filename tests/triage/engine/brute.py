"""Every answer there is, one by one: the slow truth that proofs and comparisons are held against."""

import itertools
import math

from triage.engine.encode import starts
from triage.engine.protocol import MAYBE, NONE, UNSURE


def answers_to(question):
    if question.several:
        states = ("", "yes", "maybe") if question.allow_unsure else ("", "yes")
        for chosen in itertools.product(states, repeat=len(question.options)):
            tokens = [
                (MAYBE if state == "maybe" else "") + option.key
                for option, state in zip(question.options, chosen, strict=True)
                if state
            ]
            yield tuple(tokens) or (NONE,)
    elif question.number:
        yield from starts(question.number)
        if question.allow_unsure:
            yield UNSURE
    else:
        yield from question.by_option
        if question.allow_unsure:
            yield UNSURE


def size(protocol):
    return math.prod(len(list(answers_to(question))) for question in protocol.questions)


def everyone(*protocols):
    """Every full set of answers to the questions of all protocols (of the same shape)."""
    questions = {question.key: question for protocol in protocols for question in protocol.questions}
    for found in itertools.product(*(list(answers_to(question)) for question in questions.values())):
        yield dict(zip(questions, found, strict=True))
