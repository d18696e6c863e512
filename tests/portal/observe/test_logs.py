"""Lines of the log for programs: whole, numbered, and without a word of a reader."""

import io
import json
import logging

import pytest
from django.conf import settings
from django.test import Client

from portal.accounts import events
from portal.observe import logs
from tests import canaries
from triage.answers import FORM_TYPE

STEM = canaries.stem()
WORD = canaries.canaries(STEM)[0]
GIVEN = "0123456789abcdef" * 2


@pytest.fixture
def written():
    """Collect what the site's own loggers write, as they would; gives the objects that came of it."""
    out = io.StringIO()
    handlers = {"django": logs.JsonLine(), "triage": logs.JsonLine(), "gaitway.security": logs.EventLine()}
    for name, formatter in handlers.items():
        handler = logging.StreamHandler(out)
        handler.setFormatter(formatter)
        logging.getLogger(name).addHandler(handler)
        handlers[name] = handler
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    for name, handler in handlers.items():
        logging.getLogger(name).removeHandler(handler)


def test_the_settings_name_the_formatters_that_are_tested_here():
    formats = settings.LOGGING["formatters"]

    assert formats["json"]["()"] == f"{logs.__name__}.{logs.JsonLine.__name__}"
    assert formats["event"]["()"] == f"{logs.__name__}.{logs.EventLine.__name__}"
    assert settings.LOGGING["handlers"]["security"]["formatter"] == "event"


def test_a_line_is_one_object_with_named_fields_alone(written):
    token = logs.begin_request(GIVEN)
    try:
        {}["nothing"]
    except KeyError:
        # what Django hangs on its records, and libraries copy into the line
        more = {"sql": WORD, "params": WORD, "status_code": 500, "server_time": WORD}
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/guides/", extra=more)
    finally:
        logs.end_request(token)

    (line,) = written()
    assert set(line) == {"at", "level", "logger", "message", "trace", "request"}
    assert (line["level"], line["logger"], line["request"]) == ("ERROR", "django.request", GIVEN)
    assert line["message"] == "Internal Server Error: /guides/"
    assert "KeyError: 'nothing'" in line["trace"]
    assert line["at"].endswith("+00:00")


BREAKS = (
    "django.middleware.common.CommonMiddleware.process_request",
    "django.middleware.clickjacking.XFrameOptionsMiddleware.process_response",
)
SENT = {
    "/check/calf/": f"answer={WORD}&go=next", "/check/receipt/": f"code={WORD}", "/unsafe/1/": f"text={WORD}",
    f"/search/?q={WORD}": "",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("breaks", BREAKS)
@pytest.mark.parametrize("path", SENT)
def test_a_broken_private_page_is_told_by_kind_and_place(written, monkeypatch, path, breaks):
    def broken(*args, **kwargs):
        raise ValueError(f"cannot do anything with {WORD}") from KeyError(WORD)

    monkeypatch.setattr(breaks, broken)
    client = Client(raise_request_exception=False, headers={"referer": f"http://testserver/search/?q={WORD}"})
    client.generic("POST" if SENT[path] else "GET", path, SENT[path], content_type=FORM_TYPE)

    lines = written()
    assert any("ValueError" in line["message"] for line in lines)
    assert [*canaries.in_bytes(json.dumps(lines).encode(), STEM)] == []


def test_only_a_number_of_our_own_web_server_is_believed():
    for given, believed in ((GIVEN, True), ("", False), (WORD, False), (GIVEN + "0", False), (GIVEN.upper(), False)):
        token = logs.begin_request(given)
        first = logs.request_number()
        assert logs.request_number() == first
        assert (first == given) is believed
        logs.end_request(token)

    assert logs.request_number() is None


def test_an_event_of_security_names_its_request(written):
    token = logs.begin_request(GIVEN)
    events.write("signed in", account=7)
    logs.end_request(token)
    events.write("signed out", account=7)

    inside, outside = written()
    assert (inside["event"], inside["account"], inside["request"]) == ("signed in", 7, GIVEN)
    assert "request" not in outside
