"""Steps of a check on the short way: the same answers as on Django's, and nothing else goes there."""

import gzip
import io
import os
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from portal.delivery.steps import LAYERS, Steps

CHECK = "/check/calf/"
FORM = "application/x-www-form-urlencoded"
BEGUN = {"go": "begin", "who": "me"}
AGE = {"who": "me", "q": "age", "answer": "from_18_to_59", "go": "next"}
EMERGENCY = {"who": "me", "a-age": "from_60", "q": "danger", "answer": "breathless", "go": "next"}
CUT = b"who=me&a-age=from_60&q=danger&answer=breathless&answer=fain"


@pytest.fixture
def closed(monkeypatch):
    """Keep the connection of the test; gives what is closed instead."""
    done = []
    monkeypatch.setattr("portal.delivery.steps.close_old_connections", lambda: done.append("old connections"))
    return done


@pytest.fixture
def django(settings, closed):
    settings.ALLOWED_HOSTS = ["localhost"]
    return WSGIHandler()


def sent(fields=None, path=CHECK, **environ):
    """Return what a server hands on for a post."""
    body = fields if isinstance(fields, bytes) else urlencode(fields or BEGUN, doseq=True).encode()
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "wsgi.url_scheme": "http",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": FORM, "HTTP_ACCEPT_ENCODING": "gzip",
    } | environ  # fmt: skip


def ask(application, environ):
    """Return status, headers and words of an answer."""
    found = {}

    def start_response(status, headers, *_):
        found.update(status=status, headers=headers)

    body = application(environ, start_response)
    words = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    headers = dict(found["headers"])
    assert len(headers) == len(found["headers"]), "a header stands there twice"
    if headers.get("Content-Encoding") == "gzip":
        # a name of any length stands in it
        assert int(headers.pop("Content-Length")) == len(words)
        words = gzip.decompress(words)
    return found["status"], headers, words


def nobody(environ, start_response):
    raise AssertionError("this goes the short way")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, "200 OK"),
        ({"HTTP_ACCEPT_ENCODING": ""}, "200 OK"),
        ({"fields": AGE}, "200 OK"),
        ({"fields": AGE | {"who": "other"}}, "200 OK"),
        ({"fields": AGE | {"answer": ["no", "such"]}}, "200 OK"),
        ({"fields": AGE, "path": "/check/pregnancy/"}, "200 OK"),
        ({"fields": EMERGENCY}, "200 OK"),
        ({"fields": EMERGENCY | {"go": "summary"}}, "200 OK"),
        ({"fields": BEGUN, "path": f"/zh-hant{CHECK}"}, "200 OK"),
        ({"fields": CUT}, "200 OK"),
        ({"fields": AGE | {"a-danger": "no-such-thing"}}, "200 OK"),
        ({"fields": AGE | {"go": "leave"}}, "200 OK"),
        ({"fields": AGE | {"go": "erase"}}, "303 See Other"),
        ({"fields": BEGUN, "path": "/check/no-such-check/"}, "410 Gone"),
        ({"CONTENT_TYPE": "text/plain"}, "400 Bad Request"),
        ({"fields": b"x" * 9000}, "400 Bad Request"),
        ({"HTTP_HOST": "elsewhere.example"}, "400 Bad Request"),
        ({"HTTP_COOKIE": "theme=dark"}, "200 OK"),
        ({"HTTP_X_FORWARDED_PROTO": "https"}, "200 OK"),
    ],
)
@pytest.mark.usefixtures("db", "released")
def test_a_step_is_answered_as_django_answers_it(django, closed, given, status):
    given = dict(given)
    fields, path = given.pop("fields", None), given.pop("path", CHECK)

    short, whole = (ask(way, sent(fields, path, **given)) for way in (Steps(nobody), django))

    assert short[0] == status
    assert short == whole
    assert "Set-Cookie" not in short[1]
    assert bool(closed) == (status >= "400")


@pytest.mark.usefixtures("db", "released")
def test_a_site_on_https_leads_there_and_says_to_stay(django, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 1000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ways = (Steps(nobody), WSGIHandler())

    plain = [ask(way, sent()) for way in ways]
    safe = [ask(way, sent(HTTP_X_FORWARDED_PROTO="https")) for way in ways]

    assert plain[0] == plain[1]
    assert plain[0][0].startswith("301")
    assert safe[0] == safe[1]
    assert safe[0][1]["Strict-Transport-Security"].startswith("max-age=1000")


@pytest.mark.usefixtures("db", "released")
def test_a_check_that_breaks_says_so_and_the_log_does_not_say_what_was_answered(django, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("from_18_to_59")

    monkeypatch.setattr("triage.views.step", broken)
    status, _, words = ask(Steps(nobody), sent(AGE))

    assert status.startswith("500")
    assert b"We cannot say that it is safe" in words
    assert "Internal Server Error: /check/calf/" in caplog.text
    assert "from_18_to_59" not in caplog.text


@pytest.mark.usefixtures("db", "released")
def test_a_step_asks_the_database_nothing(django, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask(Steps(nobody), sent(AGE))[0] == "200 OK"


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "GET"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"HTTP_COOKIE": "theme=dark; sessionid=abc"},
        {"PATH_INFO": "/check/receipt/"},
        {"PATH_INFO": "/check/calf"},
        {"PATH_INFO": "/check/calf/paper/"},
        {"PATH_INFO": "/admin/login/"},
        {"PATH_INFO": "/api/v1/checks/calf/"},
        {"PATH_INFO": "/check/\xc3\xa9/"},
        {"PATH_INFO": ""},
    ],
)
def test_everything_else_goes_on_to_django(environ):
    def other(environ, start_response):
        start_response("200 OK", [])
        return [b"django"]

    assert ask(Steps(other), sent() | environ)[2] == b"django"


def test_every_layer_of_the_short_way_is_one_of_the_sites_own(settings):
    assert set(settings.MIDDLEWARE) >= LAYERS


def test_the_short_way_stands_before_django_where_the_site_is_served():
    said = "import portal.wsgi as site; print(type(site.application.application).__name__)"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings_test"}
    # in a process of its own: it starts what keeps pages
    command = [sys.executable, "-W", "ignore", "-c", said]
    done = subprocess.run(  # noqa: S603  # our own
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["Steps"]
