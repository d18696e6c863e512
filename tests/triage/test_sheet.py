"""The sheet is read back as a person reads it, and compared with what the check says to the same answers."""

import random
import re
from dataclasses import replace
from html import unescape
from itertools import pairwise

import pytest
from django.test import Client

from triage import sheet
from triage.engine.evaluate import State
from triage.engine.protocol import NONE, UNSURE, Kind

SETS = 500
BAND = re.compile(r'<section class="paper__band care-card care-card--(\w+)">(.*?)</section>', re.DOTALL)
ROW = re.compile(r'<tr data-rule="([^"]+)"><td>(.*?)</td><td>(.*?)</td></tr>', re.DOTALL)
CAUTION = re.compile(r"<tr><td>(.*?)</td><td>(.*?)</td></tr>", re.DOTALL)


class Sheet:
    """The printed sheet, and somebody who goes down it with what they know."""

    def __init__(self, html, protocol):
        self.protocol = protocol
        head, _, tail = html.partition("Leave alone until it is ruled out")
        self.bands = [(level, [self._row(*row) for row in ROW.findall(text)]) for level, text in BAND.findall(head)]
        self.cautions = [(_parts(words), set(_parts(leave))) for words, leave in CAUTION.findall(tail)]
        self.worded = {c.words: c for one in (*protocol.rules, *protocol.blocks) for c in one.conditions}

    @staticmethod
    def _row(code, words, where):
        days = re.search(r"within (\d+) days", where)
        text = re.sub(r"<strong>(Any one|All of these):</strong>", "", words)
        return code, "All of these:" in words, _parts(text), int(days[1]) if days else None

    def answer(self, states):
        """The box and the days: the first box in which something fits; not sure counts, lower in the first two."""
        below = dict(pairwise([level for level, _ in self.bands]))
        doubtful = []
        for place, (level, rows) in enumerate(self.bands):
            fits = [(self._fits(row, states), row) for row in rows]
            sure = [row for fit, row in fits if fit is State.TRUE]
            doubts = [row for fit, row in fits if fit is State.UNKNOWN]
            if place < 2:
                here, doubtful = sure + doubtful, doubts
                if here:
                    return level, None
                continue
            if sure or doubts or doubtful:
                days = [row[3] for row in sure + doubts if row[3]]
                return level, min(days, default=None)
        assert below
        return self.protocol.default.disposition, None

    def _fits(self, row, states):
        _, every, words, _ = row
        found = [self._holds(self.worded[one], states) for one in words]
        return min(found) if every else max(found)

    @staticmethod
    def _holds(condition, states):
        """Yes, not sure or no: what was not asked does not fit, and only a clear yes takes something away."""
        found = State.TRUE
        for need in condition.needs:
            state = max(states.get(key, State.FALSE) for key in need.findings)
            if not need.present:
                state = State.FALSE if state is State.TRUE else State.TRUE
            found = min(found, state)
        return found

    def leave_alone(self, states):
        """What must not be used while something on the left of the second side is not ruled out."""
        return {
            title
            for words, titles in self.cautions
            if any(self._holds(self.worded[one], states) is not State.FALSE for one in words)
            for title in titles
        }


def _plain(text):
    return unescape(re.sub(r"<[^>]+>", "", text)).strip()


def _parts(text):
    return _plain(text).split("; ")


def answers_of(dice, questions):
    """Answers at random, most of them calm: of somebody with a good deal or of somebody with hardly anything."""
    found = {}
    much = dice.choice([0.08, 0.008])
    for question in questions:
        keys = [option.key for option in sorted(question.options, key=lambda one: one.concern)]
        if question.kind is Kind.NUMBER:
            found[question.key] = dice.choice([question.number.low, 19, 20, question.number.high, UNSURE])
        elif question.several:
            ticked = [key for key in keys if dice.random() < much]
            doubts = [f"?{key}" for key in keys if key not in ticked and dice.random() < much / 4]
            found[question.key] = tuple(ticked + doubts) or (NONE,)
        else:
            found[question.key] = (
                UNSURE if dice.random() < much / 2 else dice.choice(keys) if dice.random() < much else keys[0]
            )
    return found


@pytest.mark.parametrize("slug", ["calf", "pregnancy"])
def test_the_sheet_says_what_the_check_says(released, slug):
    check = released.current(slug)
    machine, protocol = check.machine, check.machine.protocol
    sheet = Sheet(Client().get(f"/check/{slug}/paper/").content.decode(), protocol)
    assert {row[0] for _, rows in sheet.bands for row in rows} == {rule.code for rule in protocol.rules}
    dice = random.Random(1)  # noqa: S311 - nothing secret
    levels = set()
    for _ in range(SETS):
        result = machine.result(machine.clean(answers_of(dice, protocol.questions)))
        states = dict.fromkeys(result.unknown, State.UNKNOWN) | dict.fromkeys(result.true, State.TRUE)
        level, days = sheet.answer(states)
        levels.add(level)

        assert (level, days) == (result.disposition, result.within_days), (result.true, result.unknown)
        open_states = {key: State.UNKNOWN for key in protocol.finding if key not in result.settled} | states
        titles = {protocol.module[one.code].title for one in result.withheld if set(one.blocks) != {"G-ED"}}
        assert titles <= sheet.leave_alone(open_states)
    assert levels == set(protocol.disposition)


def test_a_service_that_the_place_does_not_name_is_told_by_its_general_name(released):
    known = released.current("calf")
    services = {**known.document["services"], "names": {}}
    bands = sheet.sheet(replace(known, document={**known.document, "services": services})).bands

    assert "Children’s doctor" in [where.replace("'", "’") for band in bands for _, where in band.rules]
    assert all(where for band in bands for rule, where in band.rules if rule.specialties)
