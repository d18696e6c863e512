import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings

from tests.triage.engine.small import cases, leg, said
from triage.engine.artefact import ArtefactError, compile_source
from triage.engine.compiled import Machine
from triage.engine.receipts import HASH_BYTES, ReceiptError, _bytes, _spelled, decode, encode, replay

KEY = b"a key for tests"
MACHINE = Machine.of(leg())
KEPT = {MACHINE.hash: MACHINE}


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_replay_gives_the_same_result(case):
    source, raw = case
    machine = Machine.of(source)
    answers = machine.clean(raw)

    receipt, result = replay(encode(machine, answers, KEY), {machine.hash: machine}, KEY)

    assert (receipt.answers, result) == (answers, machine.result(answers))


def test_code_survives_later_versions():
    code = encode(MACHINE, MACHINE.clean(said(swell="yes")), KEY)
    newer = leg()
    newer["rules"] = newer["rules"][:3]
    other = Machine.of(newer)

    _, result = replay(code, {other.hash: other, MACHINE.hash: MACHINE}, KEY)

    assert result.disposition == "same_day"


def test_code_is_read_as_people_type_it():
    code = encode(MACHINE, MACHINE.clean(said()), KEY)

    assert decode(f" {code.lower().replace('0', 'o')} ", KEPT, KEY).answers == MACHINE.clean(said())


def test_every_changed_sign_is_noticed():
    code = encode(MACHINE, MACHINE.clean(said(now=["breathless"])), KEY)
    for place, sign in enumerate(code):
        if sign != "-":
            changed = code[:place] + ("X" if sign != "X" else "Y") + code[place + 1 :]
            with pytest.raises(ReceiptError):
                decode(changed, KEPT, KEY)


def test_a_seal_has_128_bits():
    without = 1 + HASH_BYTES
    data = _bytes(encode(MACHINE, {}, KEY))

    assert 8 * (len(data) - without) == 128
    assert data[without:] != _bytes(encode(MACHINE, {}, b"another key"))[without:]
    with pytest.raises(ReceiptError):
        decode(_spelled(data[:-1]), KEPT, KEY)


@pytest.mark.parametrize("code", ["", "-", "hello!", "00000", "Z" * 500])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ReceiptError):
        decode(code, KEPT, KEY)


def test_other_key_and_unknown_version_are_refused():
    code = encode(MACHINE, MACHINE.clean(said()), KEY)

    with pytest.raises(ReceiptError, match="changed"):
        decode(code, KEPT, b"another key")
    with pytest.raises(ReceiptError, match="version"):
        decode(code, {}, KEY)


def test_artefact_survives_json_and_refuses_changes():
    artefact = json.loads(json.dumps(compile_source(leg())))
    changed = copy.deepcopy(artefact)
    changed["tables"]["rules"][0]["level"] = "self_care"

    assert Machine(artefact).hash == MACHINE.hash
    with pytest.raises(ArtefactError, match="hash"):
        Machine(changed)
