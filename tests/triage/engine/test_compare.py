import copy

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.triage.engine.brute import everyone, size
from tests.triage.engine.small import LEVELS, leg, option, protocols
from triage.engine.compare import Direction, What, compare
from triage.engine.compiled import Machine
from triage.engine.parse import parse_or_raise

OLD = parse_or_raise(leg())
KEYS = [item["key"] for item in LEVELS]


def changed(change):
    source = leg()
    change(source)
    return compare(OLD, parse_or_raise(source))


def test_new_words_change_nothing():
    def reword(source):
        source["rules"][0]["why"] = "Other words."
        source["questions"][1]["text"] = "Other words?"

    assert changed(reword).same


def test_milder_rule_shows_first_with_an_example():
    def weaken(source):
        source["rules"][3]["disposition"] = "routine"

    found = changed(weaken)

    first = found.groups[0]
    assert (first.what, first.direction, first.before, first.after) == (
        What.DISPOSITION,
        Direction.MILDER,
        "same_day",
        "routine",
    )
    assert first.example["swell"] in {"yes", "unsure"}
    assert "swell?" in first.words


def test_lost_block_shows_as_advice():
    def unlock(source):
        source["modules"][1]["blocks"] = source["modules"][1]["blocks"][1:]

    assert {(item.what, item.direction, item.after) for item in changed(unlock).groups} == set()

    def unlock_tear(source):
        source["modules"][1]["blocks"] = [item for item in source["modules"][1]["blocks"] if item["block"] != "G-TEAR"]

    assert {(item.what, item.direction, item.after) for item in changed(unlock_tear).groups} == {
        (What.ADVICE, Direction.MILDER, "M-MASSAGE")
    }


def test_time_and_route_show():
    def move(source):
        source["rules"][7]["within_days"] = 3
        source["rules"][7]["specialties"] = ["midwife"]

    found = changed(move)

    assert {item.what for item in found.groups} == {What.TIME, What.ROUTE}


def test_new_answer_is_named():
    def add(source):
        source["questions"][1]["options"].append(option("dizzy", "breathless"))

    found = changed(add)

    assert found.restructured == ("now: the answer dizzy is new",)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(protocols(most=3), st.data())
def test_groups_agree_with_brute_force(source, data):
    other = copy.deepcopy(source)
    rule = data.draw(st.sampled_from(other["rules"]))
    edit = data.draw(st.sampled_from(["level", "condition", "remove"]))
    if edit == "level":
        rule["disposition"] = data.draw(st.sampled_from(KEYS))
    elif edit == "condition":
        rule["conditions"] = rule["conditions"][:1]
        rule["conditions"][0]["needs"] = rule["conditions"][0]["needs"][:1]
    elif len(other["rules"]) > 1:
        other["rules"].remove(rule)
    old, new = parse_or_raise(source), parse_or_raise(other)
    assume(size(old) <= 400)
    before, after = Machine.of(source), Machine.of(other)

    found = compare(old, new)

    moved, advice, same = set(), set(), True
    for answers in everyone(old, new):
        one, two = before.result(answers), after.result(answers)
        if one.disposition != two.disposition:
            moved.add((one.disposition, two.disposition))
        else:
            advice |= {("-", code) for code in set(one.shown) - set(two.shown)}
            advice |= {("+", code) for code in set(two.shown) - set(one.shown)}
            same = same and (set(one.winning), one.within_days) == (set(two.winning), two.within_days)
    groups = found.groups
    assert {(item.before, item.after) for item in groups if item.what is What.DISPOSITION} == moved
    assert {
        ("-", item.before) if item.before else ("+", item.after) for item in groups if item.what is What.ADVICE
    } == advice
    assert found.same == (same and not moved and not advice)
