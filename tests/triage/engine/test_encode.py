from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.triage.engine.small import answer_to, cases
from triage.engine.answers import clean
from triage.engine.circuit import FALSE, TRUE, Circuit
from triage.engine.compiled import Machine
from triage.engine.encode import Asked, Encoding
from triage.engine.protocol import MAYBE


def value_of(circuit, inputs):
    """Evaluates literals by hand, without a solver."""
    memo = {TRUE: True}

    def holds(literal):
        name = abs(literal)
        if name not in memo:
            gate = circuit.gates.get(name)
            memo[name] = all(holds(part) for part in gate) if gate else name in inputs
        return memo[name] if literal > 0 else not memo[name]

    return holds


def chosen(asked, answers):
    """The inputs that stand for these answers."""
    found = set()
    for question in asked.protocol.questions:
        answer = answers[question.key]
        if question.several:
            for token in answer:
                key = token.removeprefix(MAYBE)
                if key in question.by_option:
                    maybe = token.startswith(MAYBE)
                    found.add(asked.maybe(question.key, key) if maybe else asked.yes(question.key, key))
        elif question.number and isinstance(answer, int):
            names = [name for name in asked.circuit.inputs if name.startswith(f"{asked.person}|{question.key}|>=")]
            found |= {asked.circuit.inputs[name] for name in names if answer >= int(name.split(">=")[1])}
        else:
            found.add(asked.circuit.input(f"{asked.person}|{question.key}|{answer}"))
    return found


def spelled(question, answer):
    """Not sure about the rest, option by option."""
    if not isinstance(answer, tuple) or not {"unsure", "some"} & set(answer):
        return answer
    ticks = [token for token in answer if token in question.by_option]
    return (*ticks, *(MAYBE + key for key in question.by_option if key not in ticks))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.data())
def test_circuit_agrees_with_the_evaluator(case, data):
    source, _ = case
    machine = Machine.of(source)
    answers = {}
    for item, question in zip(source["questions"], machine.protocol.questions, strict=True):
        given_answer = None
        while given_answer is None:
            given_answer = clean(question, data.draw(answer_to(item)))
        answers[question.key] = spelled(question, given_answer)
    circuit = Circuit()
    asked = Asked(circuit, machine.protocol)
    encoding = Encoding(asked)
    every = [encoding.exactly(key) for key in machine.protocol.disposition]
    every += [encoding.on(key) for key in machine.protocol.block]

    holds = value_of(circuit, chosen(asked, answers))
    result = machine.result(answers)

    assert all(holds(literal) for literal in asked.valid)
    assert asked.answers(holds).keys() == answers.keys()
    assert result.finished
    assert [key for key in machine.protocol.disposition if holds(encoding.exactly(key))] == [result.disposition]
    assert {key for key in machine.protocol.block if holds(encoding.on(key))} == set(result.on)
    assert {key for key in machine.protocol.module if holds(encoding.shown(key))} == set(result.shown)
    assert {key for key, literal in encoding.asks.items() if holds(literal)} == set(result.asked)
    assert {key for key, literal in encoding.true.items() if holds(literal)} == set(result.true)
    assert holds(encoding.stopped) or not result.stopped


def test_constants_fold():
    circuit = Circuit()
    one = circuit.input("one")

    assert circuit.both(one, TRUE) == one
    assert circuit.both(one, -one) == FALSE
    assert circuit.some([]) == FALSE
    assert circuit.at_least(1, [one]) == one
    assert circuit.exactly_one([one]) == one
