"""What stands around Django: counts that hold, probes that tell the truth, and both for nobody but the operator."""

import json
import os
import threading
import time
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from portal.delivery import keeper
from portal.delivery.front import Front
from portal.observe import around, facts, health, metrics, scrape
from tests.portal.delivery.test_front import ask, page

# What proxies add, written down once more: an empty list in the code must not pass.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_VIA")
READY, LIVE, METRICS = "/-/ready", "/-/live", "/-/metrics"


def django(environ, start_response):
    start_response("404 Not Found", [])
    return [b"django"]


@pytest.fixture
def inner():
    return around.Around(django)


def number(name, **labels):
    return metrics.own.get_sample_value(name, labels) or 0.0


def test_a_request_is_counted_by_class_and_status_and_never_by_address(inner):
    before = number("gaitway_requests_total", route="check", status="404")
    timed = number("gaitway_request_seconds_count", route="check")

    assert ask(inner, "/check/calf/somebody-has-typed-this/")[2] == b"django"

    assert number("gaitway_requests_total", route="check", status="404") == before + 1
    assert number("gaitway_request_seconds_count", route="check") == timed + 1
    assert b"somebody" not in metrics.written()


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "page"), ("/guides/calf/", "page"), ("/search/suggest/", "search"), ("/admin/pages/", "admin"),
        ("/media/a.png", "files"), ("/check", "check"), ("/checkered/", "page"), ("//check/", "page"),
        ("/zh-hant/check/calf/", "check"), ("/zh-hant/guides/calf/", "page"),
        ("/static/a.css", "static"), ("/unsafe/7/", "concern"),
    ],
)  # fmt: skip
def test_addresses_have_few_classes(path, route):
    assert metrics.route_of(path) == route


def test_what_breaks_before_it_answers_is_counted_as_an_error():
    def broken(environ, start_response):
        raise ValueError

    before = number("gaitway_requests_total", route="page", status="500")
    with pytest.raises(ValueError):  # noqa: PT011  # the one above
        ask(around.Around(broken), "/")

    assert number("gaitway_requests_total", route="page", status="500") == before + 1


@pytest.mark.parametrize("path", [READY, LIVE, METRICS])
@pytest.mark.parametrize(
    "environ",
    [{name: "1"} for name in around.PROXIED] + [{"REQUEST_METHOD": "POST"}],
    ids=lambda environ: next(iter(environ)),
)
def test_nobody_who_came_through_a_proxy_is_told(inner, path, environ):
    assert ask(inner, path, **environ)[2] == b"django"


def test_there_are_no_other_addresses(inner):
    for path in ("/-/", "/-/metrics/", "/-/ready/x", "/-"):
        assert ask(inner, path)[2] == b"django"


def test_kept_pages_are_counted_by_one_addition_and_taken_over_later(settings, tmp_path):
    store = keeper.Store(tmp_path)
    store.pages.mkdir()
    store.applied = 1
    store.write(page())
    front = Front(around.Around(django), store)
    publisher = metrics.Publisher(front)
    before = number("gaitway_pages_total", found="memory")

    for _ in range(3):
        assert ask(front)[0] == "200 OK"
    ask(front, "/not-kept/")
    publisher.publish()
    publisher.publish()

    assert number("gaitway_pages_total", found="memory") == before + 3


@pytest.fixture
def keeping(kept, monkeypatch):
    """A process that keeps pages in step with a database and has checks, as far as its probes can see."""
    monkeypatch.setattr(health, "artefacts", SimpleNamespace(shelf=lambda: SimpleNamespace(newest=["calf"])))
    kept.store.write(page("/"))
    kept.store.touch()
    ending = threading.Event()
    thread = threading.Thread(target=ending.wait, name=health.THREAD, daemon=True)
    thread.start()
    yield kept.store, ending, thread
    ending.set()


def asked(path, inner):
    status, _, body = ask(inner, path)
    return int(status[:3]), json.loads(body)


@pytest.mark.django_db
def test_ready_while_the_database_answers(keeping, inner):
    assert asked(READY, inner) == (200, {"state": "ready", "missing": []})
    assert asked(LIVE, inner) == (200, {"state": "alive", "missing": []})


@pytest.mark.django_db
def test_degraded_and_serving_while_the_database_is_down(keeping, inner, monkeypatch):
    silent_for(keeping[0], facts.ASKED_LATELY + 5)

    assert asked(READY, inner) == (200, {"state": "degraded", "missing": ["database"]})
    assert asked(LIVE, inner)[0] == 200


def silent_for(store, seconds):
    then = time.time() - seconds
    os.utime(store.root / "applied", (then, then))


@pytest.mark.django_db
def test_not_ready_when_nothing_is_kept_or_nobody_has_asked_for_a_day(keeping, inner):
    store, *_ = keeping
    silent_for(store, 24 * 3600 + 60)
    assert asked(READY, inner) == (503, {"state": "not ready", "missing": ["database"]})

    silent_for(store, 60)
    assert asked(READY, inner)[0] == 200
    store.remove(["/"])
    assert asked(READY, inner)[0] == 503
    assert asked(LIVE, inner)[0] == 200


@pytest.mark.django_db
def test_a_process_whose_thread_has_ended_is_not_alive(keeping, inner):
    _, ending, thread = keeping
    ending.set()
    thread.join()

    status, said = asked(LIVE, inner)
    assert (status, said["state"]) == (503, "stuck")


@pytest.mark.django_db
def test_a_site_that_keeps_no_pages_asks_the_database_itself(keeping, settings, inner, monkeypatch):
    settings.KEEP_PAGES = False
    assert asked(READY, inner)[0] == 200

    def down():
        raise OperationalError

    monkeypatch.setattr(health.connection, "cursor", down)
    assert asked(READY, inner) == (503, {"state": "not ready", "missing": ["database"]})
    assert asked(LIVE, inner)[0] == 200


@pytest.mark.django_db
def test_checks_that_are_not_there_are_said(keeping, inner, monkeypatch):
    monkeypatch.setattr(health, "artefacts", SimpleNamespace(shelf=lambda: SimpleNamespace(newest=[])))

    assert asked(READY, inner) == (200, {"state": "degraded", "missing": ["checks"]})


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(scrape, "_kept", (-scrape.KEPT_SECONDS, b""))
    # the connection of a test belongs to it
    monkeypatch.setattr(around, "close_old_connections", lambda: None)


@pytest.mark.django_db
def test_a_database_that_is_down_is_told_and_leaves_out_what_nobody_knows(kept, inner, monkeypatch):
    def down():
        raise OperationalError

    monkeypatch.setattr(facts, "database_time", down)
    told = ask(inner, METRICS)[2].decode()

    assert "gaitway_database_up 0.0" in told
    assert "gaitway_pages_kept" in told
    assert "gaitway_queue_length" not in told
