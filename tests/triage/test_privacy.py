import pytest
from django.test import RequestFactory
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
