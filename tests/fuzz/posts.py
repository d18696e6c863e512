"""Posts to a check as a forger would send them, and honest ones after somebody has been at them."""

from collections.abc import Callable
from random import Random
from urllib.parse import quote_plus

from triage import artefacts
from triage.answers import BODY_LIMIT
from triage.artefacts import Check
from triage.engine.protocol import Kind, Question

Pairs = list[tuple[str, str]]
GO = ["begin", "next", "back", "result", "leave", "erase", "summary", "calendar", "fhir-r4", "fhir-r5", "change:danger",
      "change:", "", "x"]  # fmt: skip
MARKS = ["canary-4711", "\x00", "ä" * 9, "'\"><script>", "%", "\u0661\u0662", "\u202e", "\ud800", "{{ 7 }}",
         "none,none", ",", "A" * 90]  # fmt: skip


def tokens_of(question: Question) -> list[str]:
    """Return what may be sent as an answer to a question, and fits it or not."""
    if question.kind is Kind.NUMBER:
        return ["1", "44", "unsure", "-1", "020", "9" * 30]
    keys = [*question.by_option, "unsure"]
    return [*keys, "none", "some", *(f"?{key}" for key in question.by_option)] if question.several else keys


def forged(dice: Random, questions: list[Question]) -> Pairs:
    """Fields as a forger would send them: real and unreal keys, real and unreal values, in any number."""
    fields = []
    for question in dice.sample(questions, dice.randint(0, len(questions))):
        values = [dice.choice(tokens_of(question)) for _ in range(dice.choice([1, 1, 1, 2, 3]))]
        fields.append((f"a-{question.key}", dice.choice(MARKS) if dice.random() < 0.1 else ",".join(values)))
    fields += [(dice.choice(["a-", "a-x", "v", "who", "refine", "x"]), dice.choice([*MARKS, "me", "1"]))
               for _ in range(dice.randint(0, 4))]  # fmt: skip
    asked = dice.choice(questions)
    fields += [("q", dice.choice([asked.key, "", "nothing"])), ("go", dice.choice(GO))]
    fields += [("answer", dice.choice([*tokens_of(asked), *MARKS])) for _ in range(dice.randint(0, 4))]
    dice.shuffle(fields)
    return fields


def encoded(fields: Pairs) -> str:
    """Return fields as the body of a form."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in fields)


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "replace"))


def marked(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """A field that is none of ours, with a mark in it."""
    fields.insert(place, (dice.choice(["x", "a-", "a-x", "id", "answer", "csrf"]), dice.choice(MARKS)))


def huge(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """A field that is too long."""
    fields.insert(place, ("x", "A" * dice.choice([1000, BODY_LIMIT, 3 * BODY_LIMIT])))


def incomplete(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """A field is missing."""
    fields.pop(place)


def unreadable(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """A value that is none of ours."""
    fields[place] = (fields[place][0], fields[place][1] + dice.choice(MARKS))


def contradicted(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """A question answered twice, in two ways."""
    fields.insert(place, (fields[place][0], dice.choice(["none", "unsure", *MARKS])))


def stale(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """Another release, or none."""
    kept = [one.hash for one in artefacts.shelf().checks[check.document["slug"]]]
    fields[:] = [("v", dice.choice([*kept, "0" * 64, "", *MARKS])), *(one for one in fields if one[0] != "v")]


def said_twice(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """A field twice."""
    fields.insert(place, dice.choice(fields))


def reordered(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """The fields in another order."""
    dice.shuffle(fields)


def another_step(dice: Random, fields: Pairs, place: int, check: Check) -> None:
    """Another button."""
    fields[:] = [*(one for one in fields if one[0] != "go"), ("go", dice.choice(GO))]


WAYS: list[Callable[[Random, Pairs, int, Check], None]] = [
    marked,
    huge,
    incomplete,
    unreadable,
    contradicted,
    stale,
    said_twice,
    reordered,
    another_step,
]


def tampered(dice: Random, said: dict[str, str], check: Check) -> str:
    """The body of an honest form after somebody has been at it, without any other valid answer put in.

    A contradiction comes last and whole: if what it contradicts went missing, it would be another honest form.
    """
    fields = [("v", check.hash), *said.items(), ("who", dice.choice(["me", "other"])), ("go", "result")]
    ways = dice.choices(WAYS, k=dice.randint(1, 3))
    for way in sorted(ways, key=lambda one: one is contradicted):
        way(dice, fields, dice.randrange(len(fields)), check)
    body = encoded(fields)
    if contradicted in ways or dice.random() >= 0.2:
        return body
    # cut off anywhere, or between two ticks, where what is left can be read
    ticks = [place for place in range(len(body)) if body.startswith("%2C", place)]
    return body[: dice.choice(ticks) if ticks and dice.random() < 0.5 else dice.randrange(len(body) + 1)]
