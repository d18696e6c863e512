"""Error reports, mails and log lines: the whole stack of the site breaks, and no word of a reader is in any of them."""

import io
import logging
from functools import partial

import pytest
from django.conf import settings as site_settings
from django.core import mail
from django.test import Client, RequestFactory
from django.utils.log import AdminEmailHandler
from django.utils.module_loading import import_string
from django.views.debug import ExceptionReporter

from portal.quiet import is_private
from tests import canaries
from triage.answers import FORM_TYPE

STEM = canaries.stem()
WORD = canaries.canaries(STEM)[0]
# Where something breaks: before the view, in it, in what answers for a broken one, after it.
PLACES = {
    "common": "django.middleware.common.CommonMiddleware.process_request",
    "session": "django.contrib.sessions.middleware.SessionMiddleware.process_request",
    "step": "triage.views.step",
    "fault": "triage.views._fault",
    "run": "portal.api.checks.answered",
    "search": "portal.views.find",
    "suggest": "portal.views.suggestions",
    "concern": "review.views.public.concern",
    "after": "django.middleware.clickjacking.XFrameOptionsMiddleware.process_response",
}
SENT = {
    "check": ("post", "/check/calf/", f"answer={WORD}&a-danger={WORD}&go=next&q=age"),
    "check in Chinese": ("post", "/zh-hant/check/calf/", f"answer={WORD}&a-danger={WORD}&go=next&q=age"),
    "search in Chinese": ("get", f"/zh-hant/search/?q={WORD}", ""),
    "program": ("post", "/api/v1/checks/calf/run/", f'{{"answers": {{"age": "{WORD}", "{WORD}": ["{WORD}"]}}}}'),
    "receipt": ("post", "/check/receipt/", f"code={WORD}"),
    "search": ("get", f"/search/?q={WORD}", ""),
    "suggest": ("get", f"/search/suggest/?q={WORD}", ""),
    "unsafe": ("post", "/unsafe/1/", f"text={WORD}"),
    "login": ("post", "/admin/login/", f"username={WORD}&password={WORD}"),
    "from a search": ("get", "/guides/calf-soreness/", ""),
}


@pytest.fixture
def said(settings):
    """Give everything that was logged, as the site writes it, and everything that was mailed."""
    settings.ADMINS = [("Admin", "admin@example.org")]
    written = io.StringIO()
    lines = logging.StreamHandler(written)
    line = dict(site_settings.LOGGING["formatters"]["line"])
    lines.setFormatter(import_string(line.pop("()"))(line["format"], style=line["style"]))
    handlers = [lines, AdminEmailHandler(include_html=True)]
    root = logging.getLogger("django")
    for handler in handlers:
        root.addHandler(handler)

    def texts() -> bytes:
        letters = [
            part for one in mail.outbox for part in (one.subject, one.body, *(also[0] for also in one.alternatives))
        ]
        return "\n".join([*letters, written.getvalue()]).encode()

    yield texts
    for handler in handlers:
        root.removeHandler(handler)


def breaks(*args, quoted=WORD, **kwargs):
    try:
        {}[quoted]
    except LookupError as error:
        raise ValueError(f"cannot do anything with {quoted}") from error


@pytest.mark.django_db
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", SENT)
def test_whatever_breaks_no_word_of_a_reader_is_reported(said, monkeypatch, what, place):
    # an error on a page where nothing private is sent may say what it says: only what was sent must not be there
    breaking = breaks if is_private(RequestFactory().get(SENT[what][1])) else partial(breaks, quoted="something")
    monkeypatch.setattr(PLACES[place], lambda *args, **kwargs: breaking())
    if place == "fault":
        monkeypatch.setattr("triage.views.step", breaks)
    method, path, body = SENT[what]
    client = Client(raise_request_exception=False, headers={"referer": f"http://testserver/search/?q={WORD}"})
    kind = "application/json" if what == "program" else FORM_TYPE
    response = client.generic(method.upper(), path, body, content_type=kind)

    assert list(canaries.in_bytes(said(), STEM)) == []
    assert response.status_code < 500 or said()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/admin/password_reset/", "/check/calf/x/", "/search/"])
def test_a_form_without_its_token_is_refused_without_a_word_of_it(said, path):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = client.post(path, {"username": WORD, "password": WORD, "email": WORD, "answer": WORD, "q": WORD})

    assert answer.status_code in {403, 405}
    assert said()
    assert list(canaries.in_bytes(said(), STEM)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["origin", "referer"])
def test_a_refused_form_does_not_say_where_its_reader_came_from(said, settings, header):
    settings.SECURE_SSL_REDIRECT = False
    client = Client(enforce_csrf_checks=True, headers={header: f"https://{WORD}.example/search/?q={WORD}"})
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post("/guides/", {"q": "sore"}, secure=True)

    assert answer.status_code == 403
    assert b"/guides/" in said()
    assert list(canaries.in_bytes(said(), STEM)) == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/guides/", "text/html"), ("/zh-hant/", "text/html"), ("/check/", "text/html"), ("/admin/login/", "text/html"),
        ("/api/v1/pages/", "application/problem+json"),
    ],
)  # fmt: skip
def test_a_request_under_another_name_is_one_line_without_the_name(said, settings, caplog, path, kind):
    settings.ALLOWED_HOSTS = ["localhost"]

    answer = Client(headers={"host": f"{WORD}.example"}).get(path)

    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (400, kind)
    assert ("撥打" if path == "/zh-hant/" else "call") in answer.content.decode()
    told = f"Asked under a host name that is not ours: {path}"
    assert [(one.levelname, one.getMessage(), one.exc_info) for one in caplog.records] == [("WARNING", told, None)]
    assert told.encode() in said()
    assert list(canaries.in_bytes(said() + answer.content, STEM)) == []


def test_a_report_names_every_place_and_keeps_the_words_of_other_pages(rf, settings):
    settings.DEBUG = False
    reports = {}
    for path in ("/admin/", "/search/"):
        try:
            breaks()
        except ValueError as error:
            reporter = import_string(settings.DEFAULT_EXCEPTION_REPORTER)(
                rf.post(path, {"name": "typed"}), ValueError, error, error.__traceback__
            )
            reports[path] = reporter.get_traceback_text(), reporter.get_traceback_html()

    for report in (*reports["/admin/"], *reports["/search/"]):
        assert f"{__file__}:" in report
        assert "in breaks" in report
        assert "KeyError" in report
        assert "typed" not in report
    assert STEM in reports["/admin/"][0]
    assert STEM not in "".join(reports["/search/"])


def test_while_debugging_other_pages_are_reported_as_django_does(rf, settings):
    settings.DEBUG = True
    reporter = import_string(settings.DEFAULT_EXCEPTION_REPORTER)(rf.get("/admin/"), ValueError, ValueError("x"), None)

    assert isinstance(reporter, ExceptionReporter)
    assert "Traceback" in reporter.get_traceback_html()
