import logging

import pytest
from django.core import mail
from django.test import Client, RequestFactory
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter

from triage import views
from triage.answers import FORM_TYPE
from triage.privacy import place_of

# put together, so that the source lines of a report do not hold it
CANARY = "canary" + "-in-an-" + "answer"


def failing(answers):
    wanted = {"kept": answers}
    raise ValueError(f"cannot read {wanted}")


@pytest.mark.parametrize("debug", [True, False])
def test_an_error_report_of_a_check_holds_no_answer(rf, settings, debug):
    settings.DEBUG = debug
    request = rf.post("/check/calf/", f"answer={CANARY}", content_type=FORM_TYPE)
    try:
        failing(request.POST["answer"])
    except ValueError as error:
        reporter = ExceptionReporter(request, ValueError, ValueError("hidden"), error.__traceback__)

    text = reporter.get_traceback_text() + reporter.get_traceback_html()
    assert CANARY not in text
    assert "failing" in text


@pytest.fixture(params=[True, False], ids=["debug", "live"])
def said(request, settings, caplog):
    """Return a function that gives all that was logged; it also went to the administrators, with the whole report."""
    settings.DEBUG = request.param
    settings.ADMINS = [("Admin", "admin@example.org")]
    caplog.set_level(logging.DEBUG)
    handler = AdminEmailHandler(include_html=True)
    loggers = [logging.getLogger(name) for name in ("", "django.request", "django.security", "triage")]
    for logger in loggers:
        logger.addHandler(handler)

    def texts():
        letters = [
            text for one in mail.outbox for text in (one.subject, one.body, *(also[0] for also in one.alternatives))
        ]
        return letters, [record.getMessage() + str(record.exc_text or "") for record in caplog.records]

    yield texts
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.usefixtures("released", "db")
@pytest.mark.parametrize(
    "way",
    ["post /check/calf", "post /check", "post /check/calf/x/", "post /check/nope/", "put /check/calf/",
     "post /check/calf/paper/", "post /check/calf/", "post /check/receipt/"],
)  # fmt: skip
def test_no_mail_and_no_log_of_a_refused_post_holds_an_answer(said, monkeypatch, way):
    method, path = way.split()
    monkeypatch.setattr("triage.views.step", lambda state: failing(state.given))
    body = f"answer={CANARY}&code={CANARY}&{CANARY}=1&go=next&q=age"
    response = Client(raise_request_exception=False).generic(method.upper(), path, body, content_type=FORM_TYPE)

    letters, lines = said()
    # without its slash an address is only led to the right one; a code that cannot be read is a page like others
    assert response.status_code >= 400 or path in {"/check", "/check/calf", "/check/receipt/"}
    assert letters or response.status_code < 400
    # a debugging page goes back to whoever sent the answer; it keeps silent all the same
    assert [text[:80] for text in (*letters, *lines, response.content.decode()) if CANARY in text] == []


def test_an_error_report_of_another_page_is_as_always(rf, settings):
    settings.DEBUG = True
    request = rf.post("/somewhere/", {"name": "visible"})

    assert "visible" in ExceptionReporter(request, ValueError, ValueError("x"), None).get_traceback_text()


def test_a_log_line_says_where_and_not_what():
    try:
        failing(CANARY)
    except ValueError as error:
        place = place_of(error)

    assert place.startswith("ValueError at ")
    assert place.rsplit(":", 1)[0].endswith("test_privacy.py")
    assert CANARY not in place


def test_every_view_of_the_check_is_marked_as_sensitive():
    for view in (views.check, views.index, views.paper, views.cleared):
        request = RequestFactory().get("/check/")
        view(request, *(["calf"] if view in (views.check, views.paper) else []))
        assert request.sensitive_post_parameters == "__ALL__"
