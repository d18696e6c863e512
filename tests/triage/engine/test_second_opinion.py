"""The main proofs once more with another solver, on formulas written straight from the reviewed dictionary.

Nothing of the circuit, the encoder or the first solver is used here: what a protocol means is spelled again.
"""

from itertools import product

import pytest

from tests.triage.engine import starter
from triage.engine.prove import Status, prove

z3 = pytest.importorskip("z3")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not starter.there(), reason="the starter content that the protocols name is not there"),
]

WIDTH = 12
"""Bits of an answer that is a number."""


class Person:
    """One set of answers and what the dictionary says about them, as formulas."""

    def __init__(self, source, name):
        self.source = source
        self.name = name
        self.levels = {item["key"]: item for item in source["dispositions"]}
        self.rank = {key: item["rank"] for key, item in self.levels.items()}
        self.lowest = min(self.rank.values())
        self.true, self.doubt, self.known = {}, {}, {}
        self.inputs = {}
        self.valid = []
        self.named, self.named_asks = {}, {}
        self.stopped = z3.BoolVal(False)
        for place, question in enumerate(source["questions"]):
            self.stopped = self.cut(z3.Or(self.stopped, self.stops(place)), f"stop{place}")
            self.ask(question)

    def cut(self, formula, name):
        """Names a formula, so that formulas stay small."""
        short = z3.Bool(f"{self.name}/{name}")
        self.valid.append(short == formula)
        return short

    def once(self, name, make):
        """A formula that is asked for often, under a name."""
        if name not in self.named:
            self.named[name] = self.cut(make(), name)
        return self.named[name]

    def get(self, shelf, key):
        return shelf.get(key, z3.BoolVal(False))

    def sure(self, key):
        return self.get(self.true, key)

    def perhaps(self, key):
        return z3.Or(self.sure(key), self.get(self.doubt, key))

    def open(self, key):
        return z3.Or(self.perhaps(key), z3.Not(self.get(self.known, key)))

    def holds(self, law, state, pending=frozenset()):
        parts = [z3.And([self.need(need, state, pending) for need in item["needs"]]) for item in law]
        return z3.Or(parts)

    def need(self, need, state, pending):
        if isinstance(need, dict) and need.get("present") is False:
            return z3.And([z3.BoolVal(False) if key in pending else z3.Not(self.sure(key)) for key in need["findings"]])
        keys = need["findings"] if isinstance(need, dict) else need
        return z3.Or([state(key) for key in keys])

    def ask(self, question):
        law = question.get("ask_if") or []
        wanted = self.holds(law, self.perhaps) if law else z3.BoolVal(True)
        asked = self.cut(z3.And(z3.Not(self.stopped), wanted), f"asks {question['key']}")
        self.named_asks[question["key"]] = asked
        known = asked
        if law and question.get("skip_means") == "cannot_apply":
            known = z3.Or(asked, z3.And(z3.Not(self.stopped), z3.Not(wanted), z3.Not(self.holds(law, self.open))))
        for key, (yes, maybe) in self.said(question).items():
            self.true[key] = self.cut(z3.Or(self.sure(key), z3.And(asked, yes)), f"true {key} {question['key']}")
            unclear = z3.Or(self.get(self.doubt, key), z3.And(asked, maybe))
            self.doubt[key] = self.cut(unclear, f"doubt {key} {question['key']}")
            settled = z3.Or(self.get(self.known, key), known)
            self.known[key] = self.cut(settled, f"known {key} {question['key']}")

    def said(self, question):
        """For each finding when it is true and when it is in doubt."""
        cases = self.several(question) if question["kind"] in {"multi", "place"} else self.single(question)
        found = {}
        for yes, maybe, true, unknown in cases:
            for key in {*true, *unknown}:
                was = found.get(key, (z3.BoolVal(False), z3.BoolVal(False)))
                found[key] = (
                    z3.Or(was[0], yes if key in true else z3.BoolVal(False)),
                    z3.Or(was[1], maybe if key in unknown else z3.BoolVal(False)),
                )
        return found

    def several(self, question):
        for option in question["options"]:
            yes = z3.Bool(f"{self.name}?{question['key']}.{option['key']}=yes")
            maybe = z3.Bool(f"{self.name}?{question['key']}.{option['key']}=maybe")
            self.valid.append(z3.Not(z3.And(yes, maybe)))
            self.inputs[question["key"], option["key"]] = (yes, maybe)
            sets = option.get("sets") or []
            yield yes, maybe, sets, sets

    def single(self, question):
        value = z3.BitVec(f"{self.name}?{question['key']}", WIDTH)
        self.inputs[question["key"], None] = (value,)
        every = set()
        if question["kind"] == "number":
            number = question["number"]
            self.valid.append(z3.ULE(value, number["max"] + 1))
            unsure = value == number["max"] + 1
            for cut in number["cuts"]:
                every.update(cut["sets"])
                reached = z3.And(z3.UGE(value, cut["at_least"]), z3.Not(unsure))
                yield reached, z3.BoolVal(False), cut["sets"], ()
        else:
            options = question["options"]
            self.valid.append(z3.ULE(value, len(options)))
            unsure = value == len(options)
            for place, option in enumerate(options):
                every.update(option.get("sets") or [])
                yield value == place, z3.BoolVal(False), option.get("sets") or [], ()
        clear = set(question.get("unsure_sets") or [])
        yield unsure, unsure, clear, every - clear

    def level(self, rule, *, sure):
        return rule["disposition"] if sure else self.levels[rule["disposition"]]["not_sure"]

    def at_least(self, rank):
        """The result is this urgent or more."""
        return self.once(f"at least {rank}", lambda: self.reaches(rank))

    def reaches(self, rank):
        return z3.Or(
            rank <= self.lowest,
            *(
                self.applies(rule, sure=sure)
                for rule, sure in product(self.source["rules"], (True, False))
                if self.rank[self.level(rule, sure=sure)] >= rank
            ),
        )

    def applies(self, rule, *, sure):
        state = self.sure if sure else self.perhaps
        return self.once(f"{rule['code']} {sure}", lambda: self.holds(rule["conditions"], state))

    def exactly(self, level):
        above = [rank for rank in self.rank.values() if rank > self.rank[level]]
        return z3.And(self.at_least(self.rank[level]), *([z3.Not(self.at_least(min(above)))] if above else []))

    def on(self, block):
        def law():
            found = self.holds(block["conditions"], self.open)
            return z3.Or(found, *(self.exactly(key) for key in block["dispositions"]))

        return self.once(f"on {block['code']}", law)

    def shown(self, module, blocks):
        listed = [self.exactly(key) for key, codes in self.source["advice"].items() if module["code"] in codes]
        return z3.And(z3.Or(listed), *(z3.Not(self.on(blocks[item["block"]])) for item in module["blocks"]))

    def stops(self, place):
        """An emergency is certain whatever is still asked of it; or nothing later can lead higher than this level."""
        rest = self.source["questions"][place:]
        soon = findings(item for item in rest if item.get("stage", "rest") != "rest")
        later = findings(rest)
        found = []
        for rule in self.source["rules"]:
            if self.levels[rule["disposition"]].get("stops") == "at_once":
                found.append(self.holds(rule["conditions"], self.sure, soon))
            for sure in (True, False):
                level = self.level(rule, sure=sure)
                if self.levels[level].get("stops") == "when_settled" and not self.can_rise(self.rank[level], later):
                    found.append(self.holds(rule["conditions"], self.sure if sure else self.perhaps, later))
        return z3.Or(found)

    def can_rise(self, rank, later):
        wanted = set()
        for rule in self.source["rules"]:
            if self.rank[rule["disposition"]] > rank:
                for need in (need for item in rule["conditions"] for need in item["needs"]):
                    if not (isinstance(need, dict) and need.get("present") is False):
                        wanted.update(need["findings"] if isinstance(need, dict) else need)
        return bool(wanted & later)


def findings(questions):
    found = set()
    for question in questions:
        for part in (*(question.get("options") or []), *((question.get("number") or {}).get("cuts") or [])):
            found.update(part.get("sets") or [])
    return frozenset(found)


class Opinion:
    """Both people in one solver, which keeps what it has learned from one question to the next."""

    def __init__(self, source):
        self.source = source
        self.low, self.high = self.people = Person(source, "a"), Person(source, "b")
        self.solver = z3.SolverFor("QF_FD")
        self.told = [0, 0]
        self.names = {}
        self.alike = {
            place: self.name(z3.And([one == two for one, two in zip(inputs, self.high.inputs[place], strict=True)]))
            for place, inputs in self.low.inputs.items()
        }

    def name(self, formula):
        """A formula that can be assumed; the same one has the same name."""
        known = self.names.get(formula.get_id())
        if known is None:
            known = z3.Bool(f"#{len(self.names)}"), formula
            self.names[formula.get_id()] = known
            self.solver.add(known[0] == formula)
        return known[0]

    def never(self, *formulas):
        names = [self.name(formula) for formula in formulas]
        for place, person in enumerate(self.people):
            self.solver.add(*person.valid[self.told[place] :])
            self.told[place] = len(person.valid)
        found = self.solver.check(*names)
        assert found != z3.unknown
        return found == z3.unsat

    def others_alike(self, place):
        return [formula for other, formula in self.alike.items() if other != place]

    def milder(self, above):
        ranks = [rank for rank in sorted(set(self.low.rank.values())) if rank > above]
        return z3.Or([z3.And(self.low.at_least(rank), z3.Not(self.high.at_least(rank))) for rank in ranks])


@pytest.fixture(scope="module", params=starter.NAMES)
def opinion(request):
    proved = {item.id: item.status is Status.PROVED for item in prove(starter.machine(request.param).protocol).verdicts}
    return Opinion(starter.source(request.param)), proved


def some(proved, start):
    return {key: value for key, value in proved.items() if key.startswith(start)}


def test_it_says_the_same_of_advice_while_blocked(opinion):
    second, proved = opinion
    source, person = second.source, second.low
    blocks = {item["code"]: item for item in source["blocks"]}
    said = {
        f"red-line:{line['action']}:{line['block']}:{module['code']}": second.never(
            person.shown(module, blocks), person.on(blocks[line["block"]])
        )
        for line in source["red_lines"]
        for module in source["modules"]
        if line["action"] in module["actions"]
    }

    assert said == some(proved, "red-line:")
    assert all(said.values())


def test_it_says_the_same_of_floors(opinion):
    second, proved = opinion
    source, person = second.source, second.low
    calm = [z3.Not(person.sure(item["finding"])) for item in source["mitigating"]]
    asked = findings(source["questions"])
    said = {
        f"floor:{item['key']}": second.never(
            person.sure(item["key"]), z3.Not(person.at_least(person.rank[item["urgent_as"]])), *calm
        )
        for item in source["findings"]
        if item.get("urgent_as") and item["key"] in asked
    }

    assert said == some(proved, "floor:")
    assert all(said.values())


def test_it_says_the_same_of_what_blocks_must_cover(opinion):
    second, proved = opinion
    person, asked = second.low, findings(second.source["questions"])
    blocks = {item["code"]: item for item in second.source["blocks"]}
    said = {
        f"concept:{item['block']}:{key}": second.never(person.open(key), z3.Not(person.on(blocks[item["block"]])))
        for item in second.source["minimum"]
        for key in item["findings"]
        if key in asked
    }

    assert said == some(proved, "concept:")
    assert all(said.values())


def test_it_says_the_same_of_doubt_and_length(opinion):
    """Not sure about a sign that is an emergency alone never ends at home; nobody is asked too much."""
    second, proved = opinion
    source, person = second.source, second.low
    home = min(rank for rank in person.rank.values() if rank > person.lowest)
    said = {key: second.never(person.perhaps(key[6:]), z3.Not(person.at_least(home))) for key in some(proved, "doubt:")}
    most = source["limits"]["max_questions"]
    asks = [person.named_asks[item["key"]] for item in source["questions"]]
    said["max-questions"] = second.never(z3.AtLeast(*asks, most + 1))

    assert said == some(proved, "doubt:") | some(proved, "max-questions")
    assert all(said.values())
    assert len(said) > 1


def test_it_says_the_same_of_worse_and_unsure_answers(opinion):
    """No, not sure, yes: each step of every option of several, with all else alike, is never milder."""
    second, proved = opinion
    low, high = second.people
    lowers = {item["finding"]: low.rank[item["lowers"]] for item in second.source["mitigating"]}
    said = {}
    for question in (item for item in second.source["questions"] if item["kind"] in {"multi", "place"}):
        for option in question["options"]:
            place = (question["key"], option["key"])
            above = max((lowers[key] for key in option.get("sets") or [] if key in lowers), default=low.lowest)
            steps = {
                "unsure": ((False, False), (False, True), low.lowest),
                "mono": ((False, True), (True, False), above),
            }
            for kind, (before, after, floor) in steps.items():
                states = [
                    formula if value else z3.Not(formula)
                    for person, values in ((low, before), (high, after))
                    for formula, value in zip(person.inputs[place], values, strict=True)
                ]
                said[f"{kind}:{place[0]}.{place[1]}"] = second.never(
                    second.milder(floor), *states, *second.others_alike(place)
                )

    assert said == {key: proved[key] for key in said}
    assert all(said.values())


def test_it_says_the_same_of_one_answer_instead_of_another(opinion):
    """The same for questions with one answer; which of two answers is the more worrying is read from the findings."""
    second, proved = opinion
    low, high = second.people
    lowers = {item["finding"]: low.rank[item["lowers"]] for item in second.source["mitigating"]}
    said = {}
    for question in (item for item in second.source["questions"] if item["kind"] not in {"multi", "place", "number"}):
        place = (question["key"], None)
        names = [*((item["key"], frozenset(item.get("sets") or [])) for item in question["options"]), ("unsure", None)]
        for (one, (less, before)), (two, (more, after)) in product(enumerate(names), enumerate(names)):
            kind = "unsure" if more == "unsure" else "mono"
            name = f"{kind}:{question['key']}.{less}-{more}"
            if name not in proved:
                continue
            clear = (after or frozenset()) - (before or frozenset())
            above = max((lowers[key] for key in clear if key in lowers), default=low.lowest)
            states = low.inputs[place][0] == one, high.inputs[place][0] == two
            said[name] = second.never(second.milder(above), *states, *second.others_alike(place))

    assert said == {key: proved[key] for key in said}
    assert all(said.values())
    assert said


def test_it_would_notice_a_missing_rule():
    source = dict(starter.source("calf"))
    source["rules"] = [rule for rule in source["rules"] if rule["code"] != "CR11"]
    second = Opinion(source)
    person = second.low

    assert not second.never(person.sure("one_leg_swollen"), z3.Not(person.at_least(person.rank["same_day"])))
