import re

from hypothesis import HealthCheck, assume, given, settings

from tests.triage.engine.brute import everyone, size
from tests.triage.engine.small import leg, protocols
from triage.engine.compiled import Machine
from triage.engine.coverage import coverage, propose
from triage.engine.diagram import svg
from triage.engine.overview import in_words, levels, option_table
from triage.engine.parse import parse_or_raise
from triage.engine.protocol import UNSURE

PROTOCOL = parse_or_raise(leg())
MACHINE = Machine.of(leg())


def test_levels_list_every_pattern_once():
    found = {item.disposition: item.patterns for item in levels(PROTOCOL)}

    assert [(item.rules, set(item.present)) for item in found["same_day"]] == [
        (("R4",), {"swollen"}),
        (("R6",), {"child"}),
        (("R5",), {"sore_one", "clot"}),
    ]
    assert in_words(PROTOCOL, found["same_day"][2]) == "you have clot and you have sore_one; unless you have injury"


def test_wider_pattern_of_a_higher_level_covers():
    source = leg()
    source["rules"][7]["conditions"] = [{"words": "x", "needs": [["swollen"], ["late"]]}]

    routine = next(item for item in levels(parse_or_raise(source)) if item.disposition == "routine")

    assert ("R8",) not in [item.rules for item in routine.patterns]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(protocols(most=3))
def test_patterns_are_exactly_the_results_without_doubt(source):
    protocol = parse_or_raise(source)
    assume(size(protocol) <= 300)
    machine = Machine.of(source)
    found = levels(protocol)

    for answers in everyone(protocol):
        if not any(
            one == UNSURE or (isinstance(one, tuple) and any(x[0] == "?" for x in one)) for one in answers.values()
        ):
            result = machine.result(answers)
            if not result.unknown:
                first = next(
                    (
                        level.disposition
                        for level in found
                        for one in level.patterns
                        if one.present <= result.true and not one.absent & result.true
                    ),
                    "self_care",
                )
                assert first == result.disposition


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(protocols(most=3))
def test_option_table_agrees_with_brute_force(source):
    protocol = parse_or_raise(source)
    assume(size(protocol) <= 200)
    machine = Machine.of(source)
    seen = {}
    for answers in everyone(protocol):
        result = machine.result(answers)
        for key in result.asked:
            for one in answers[key] if isinstance(answers[key], tuple) else (answers[key],):
                seen.setdefault((key, str(one)), set()).add(machine.ranks[result.disposition])

    for row in option_table(protocol):
        if row.answer != UNSURE or not protocol.question[row.question].several:
            ranks = seen.get((row.question, row.answer))
            expected = (min(ranks), max(ranks)) if ranks else (None, None)
            assert (row.lowest and machine.ranks[row.lowest], row.highest and machine.ranks[row.highest]) == (
                expected
            ) or ranks is None


def test_coverage_names_what_is_missing_and_drafts_it():
    answers = MACHINE.clean({"age": "adult", "now": ["breathless"]})

    found = coverage(PROTOCOL, [(answers, MACHINE.result(answers))])
    drafts = {item.goal: item for item in propose(PROTOCOL, found.missing)}

    assert "rule:R1" in found.met
    assert "rule:R5" in found.missing
    assert drafts["rule:R5"].facts == {"clot": True, "sore_one": True}
    assert drafts["rule:R5"].says_now == "same_day"
    again = [(item.answers, MACHINE.result(item.answers)) for item in drafts.values()]
    assert coverage(PROTOCOL, [(answers, MACHINE.result(answers)), *again]).missing == ()


def test_picture_names_every_question_rule_and_level():
    picture = svg(PROTOCOL)

    groups = re.findall(r'<g class="(\w+)"', picture)
    assert groups.count("question") == len(PROTOCOL.questions)
    assert groups.count("rule") == len(PROTOCOL.rules) + 1
    assert groups.count("level") == len(PROTOCOL.dispositions)
    assert picture.count("<g ") == picture.count("</g>")
    assert "&" not in picture.replace("&amp;", "").replace("&quot;", "").replace("&#x27;", "").replace("&lt;", "")
