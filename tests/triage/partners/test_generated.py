"""Requests made from the description by a program of others: no server error, and no answer that is not described.

API_EXAMPLES sets how many are made for each operation; `make fuzz-api` makes many.
"""

import os

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from portal.api.description import document
from portal.observe.around import Around

EXAMPLES = int(os.environ.get("API_EXAMPLES", "5"))
OPERATIONS = [(path, method) for path, methods in document()["paths"].items() for method in methods]


# All that it looks for, but that every request which fits is answered with a success: a check may be gone.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.fixture
def described(db, released, settings):
    settings.PARTNER_RATE = "1000000/min"
    signals = (request_started, request_finished)
    for signal in signals:  # the connection is the test's
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=Around(WSGIHandler()))
    for signal in signals:
        signal.connect(close_old_connections)


def test_the_description_is_one():
    validate(document())


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_breaks_the_interface(described, path, method):
    @how(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 100,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=described[path][method].as_strategy())
    def ask(case):
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=CHECKS)

    ask()
