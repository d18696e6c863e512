"""One fault each: every broken protocol is refused, and for the right reason."""

import pytest

from tests.triage.engine.small import block, finding, leg, module, option, question, rule
from triage.engine.parse import parse, parse_or_raise
from triage.engine.protocol import Protocol
from triage.engine.prove import Status, prove

NO = {"present": False}


def rules(source):
    return {item["code"]: item for item in source["rules"]}


def questions(source):
    return {item["key"]: item for item in source["questions"]}


def add_rule(*needs, level="routine", code="R99", **more):
    return lambda source: source["rules"].append(rule(code, level, *needs, **more))


def set_rule(code, **changes):
    return lambda source: rules(source)[code].update(changes)


def set_question(key, **changes):
    return lambda source: questions(source)[key].update(changes)


def set_needs(code, *needs):
    return lambda source: rules(source)[code].update(conditions=[{"words": "so", "needs": list(needs)}])


def drop_block(code, name):
    def edit(source):
        found = next(item for item in source["modules"] if item["code"] == code)
        found["blocks"] = [item for item in found["blocks"] if item["block"] != name]
        source["advice"]["same_day"].append(code)

    return edit


def move(key, place):
    def edit(source):
        found = questions(source)[key]
        source["questions"].remove(found)
        source["questions"].insert(place, found)

    return edit


def late_emergency(source):
    """The breathing question comes last."""
    found = questions(source)["now"]
    found["options"] = found["options"][1:]
    source["questions"].append(question("breath", option("breathless", "breathless")))


def hide(key, *needs):
    return set_question(key, ask_if=[{"needs": list(needs)}])


def unlocked_by_warning(source):
    source["blocks"][1]["conditions"] = [{"words": "x", "needs": [["injury"], {"findings": ["swollen"], **NO}]}]


def milder_by_age(source):
    set_needs("R4", ["swollen"], {"findings": ["child"], **NO})(source)
    del source["rules"][5]


FORM = [
    ("no such finding", add_rule(["nonsense"]), "rules[R99]"),
    ("no such disposition", set_rule("R4", disposition="tomorrow"), "rules[R4].disposition"),
    ("rule without condition", set_rule("R4", conditions=[]), "rules[R4]"),
    ("rule only on what is absent", set_needs("R4", {"findings": ["swollen"], **NO}), "rules[R4].conditions[1]"),
    ("two rules of one name", add_rule(["swollen"], code="R4"), "rules"),
    ("two questions of one name", lambda s: s["questions"].append(s["questions"][0]), "questions"),
    (
        "two options of one name",
        lambda s: s["questions"][1]["options"].append(option("weak")),
        "questions[now].options",
    ),
    ("option named none", lambda s: s["questions"][1]["options"].append(option("none")), "questions[now].options"),
    ("question depends on a later one", hide("now", ["swollen"]), "questions[now].ask_if"),
    ("question depends on itself", hide("swell", ["swollen"]), "questions[swell].ask_if"),
    ("scope after the rest", move("age", 7), "questions[age].stage"),
    ("unknown key", set_rule("R4", colour="red"), "rules[R4].colour"),
    ("text that is a number", set_question("now", text=7), "questions[now].text"),
    ("no reason for a question", set_question("now", why=""), "questions[now].why"),
    ("unknown kind", set_question("now", kind="slider"), "questions[now].kind"),
    ("days below one", set_rule("R7", within_days=0), "rules[R7].within_days"),
    ("cut outside of the range", lambda s: s["questions"][7]["number"].update(max=10), "questions[weeks].number"),
    ("range upside down", lambda s: s["questions"][7]["number"].update(min=99), "questions[weeks].number"),
    ("no advice for a level", lambda s: s["advice"].pop("routine"), "advice"),
    ("advice that is not there", lambda s: s["advice"]["routine"].append("M-NO"), "advice.routine"),
    ("block that is not there", lambda s: s["modules"].append(module("M-NO", "G-NO")), "modules[M-NO]"),
    (
        "not sure leads higher",
        lambda s: s["dispositions"][3].update(not_sure="ed_now"),
        "dispositions[routine].not_sure",
    ),
    ("not sure that says no", set_question("swell", unsure=["child"]), "questions[swell].unsure"),
    ("other format", lambda s: s.update(format=99), "format"),
]

PROOF = [
    ("ambulance rule made milder", set_rule("R1", disposition="routine"), "floor:breathless"),
    ("emergency rule gone", lambda s: s["rules"].pop(2), "floor:dark"),
    ("rule needs too much", set_needs("R4", ["swollen"], ["sore_one"]), "floor:swollen"),
    ("contradictory rule", add_rule(["child"], {"findings": ["child"], **NO}, level="ed_now"), "live:rule:R99"),
    ("rule that another hides", add_rule(["breathless"], level="same_day"), "decides:R99"),
    ("warning makes it milder", milder_by_age, "mono:age.adult-young"),
    (
        "excuse that is not on the list",
        set_needs("R8", ["late"], {"findings": ["sore_one"], **NO}),
        "mono:leg.sore_one",
    ),
    ("warning unlocks advice", unlocked_by_warning, "unlock:mono:swell.no-yes"),
    ("massage while a clot is open", drop_block("M-MASSAGE", "G-DVT"), "red-line:massage:G-DVT:M-MASSAGE"),
    (
        "block too narrow",
        lambda s: s["blocks"][0].update(conditions=[{"words": "x", "needs": [["swollen"], ["clot"]]}]),
        "concept:G-DVT:swollen",
    ),
    ("swelling asked of some only", hide("swell", ["child"]), "skip:swell"),
    ("question nobody gets", hide("clot", ["sore_one"], {"findings": ["sore_one"], **NO}), "live:question:clot"),
    ("too many questions", lambda s: s.update(limits={"max_questions": 5}), "max-questions"),
    ("emergency asked last", late_emergency, "form:questions[breath]"),
    ("nobody to see", set_rule("R4", specialties=[]), "form:rules[R4]"),
    (
        "no safety-net",
        lambda s: (s.update(safety_net=""), s["dispositions"][2].update(safety_net="")),
        "form:dispositions",
    ),
    ("no page to read", lambda s: s["advice"].update(routine=["M-COLD"]), "form:advice.routine"),
    ("advice nobody gets", lambda s: s["modules"][2]["blocks"].append({"block": "G-AGE"}), "live:module:M-COLD"),
    (
        "level nobody gets",
        lambda s: s.update(rules=[one for one in s["rules"] if one["code"] != "R3"]),
        "live:level:ed_now",
    ),
]


def with_block_on_everyone(source):
    """A block that is on for old and young alike, for the fault that uses it."""
    source["findings"].append(finding("grown"))
    source["questions"][0]["options"][1]["sets"] = ["grown"]
    source["blocks"].append(block("G-AGE", ["child", "grown"]))


@pytest.mark.parametrize(("edit", "place"), [pytest.param(*row[1:], id=row[0]) for row in FORM])
def test_fault_in_the_form_is_refused(edit, place):
    source = leg()
    edit(source)

    found = parse(source)

    assert isinstance(found, list)
    assert place in {item.place for item in found}


@pytest.mark.parametrize(("edit", "name"), [pytest.param(*row[1:], id=row[0]) for row in PROOF])
def test_unsafe_or_dead_part_is_refused(edit, name):
    source = leg()
    if "M-COLD" in name and name.startswith("live"):
        with_block_on_everyone(source)
    edit(source)

    report = prove(parse_or_raise(source))

    assert not report.passed
    failed = {item.id for item in report.verdicts if item.status is Status.REFUTED}
    assert any(item.startswith(name) for item in failed), sorted(failed)


def test_doubt_about_an_emergency_that_ends_at_home_is_refused():
    source = leg()
    source["dispositions"][0]["not_sure"] = "self_care"

    report = prove(parse_or_raise(source))

    assert "doubt:breathless" in {item.id for item in report.failures}


def more_words(source):
    source["rules"][0]["why"] = "Longer words."


def one_more_rule(source):
    add_rule(["sore_one"], ["late"], level="routine", within_days=2)(source)


def one_more_question(source):
    source["findings"].append(finding("hot"))
    source["questions"].append(question("hot", option("yes", "hot"), option("no"), kind="single"))
    source["limits"]["max_questions"] = 9
    add_rule(["hot"], level="same_day")(source)


def longer_time(source):
    source["rules"][7]["within_days"] = 7


@pytest.mark.parametrize("edit", [lambda _: None, more_words, one_more_rule, one_more_question, longer_time])
def test_good_protocols_are_accepted(edit):
    source = leg()
    edit(source)

    protocol = parse(source)

    assert isinstance(protocol, Protocol)
    assert prove(protocol).passed
