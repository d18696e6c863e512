import copy

import pytest
from hypothesis import HealthCheck, given, settings

from tests.triage.engine.small import leg, protocols
from triage.engine.artefact import compile_source, content_hash
from triage.engine.faithful import differences


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(protocols())
def test_compiler_is_faithful(source):
    assert differences(compile_source(source)) == []


def flip(mask):
    return hex(int(mask, 16) ^ 1)


def in_rule(tables):
    tables["rules"][3]["conditions"][0][0][0] = flip(tables["rules"][3]["conditions"][0][0][0])


def in_excuse(tables):
    tables["rules"][4]["conditions"][0][1] = flip(tables["rules"][4]["conditions"][0][1])


def in_block(tables):
    tables["blocks"][0]["conditions"][0][0][0] = flip(tables["blocks"][0]["conditions"][0][0][0])


def in_option(tables):
    tables["questions"][1]["options"]["breathless"][0] = "0x0"


def in_doubt(tables):
    tables["questions"][3]["unsure"] = ["0x0", "0x0"]


def in_number(tables):
    tables["questions"][7]["steps"][1][0] = 21


def in_stop(tables):
    tables["levels"][0]["stops"] = "never"


def in_level(tables):
    tables["rules"][0]["level"] = "self_care"


def in_module(tables):
    tables["modules"][1]["withhold"] = []


def in_order(tables):
    tables["questions"].reverse()


@pytest.mark.parametrize(
    "change",
    [in_rule, in_excuse, in_block, in_option, in_doubt, in_number, in_stop, in_level, in_module, in_order],
)
def test_every_changed_bit_is_found(change):
    artefact = copy.deepcopy(compile_source(leg()))
    change(artefact["tables"])
    artefact["hash"] = content_hash({key: artefact[key] for key in ("format", "source", "tables")})

    assert len(differences(artefact)) == 1
