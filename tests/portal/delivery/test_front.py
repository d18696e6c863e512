"""What is answered before Django, and what is not."""

import io
import os
import time

import pytest

from portal.delivery import front as fronts
from portal.delivery.front import Front
from portal.delivery.store import Kept, Store

BODIES = {"": b"<p>Plain</p>", "gzip": b"zipped", "br": b"small"}


def django(environ, start_response):
    start_response("200 OK", [("X-From", "django")])
    return [b"django"]


def page(path="/guides/calf/", **values):
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "public, no-cache"}
    fields = {"headers": headers, "bodies": BODIES, "etag": "abc", "made_at": 0.0, "until": None, "files": {}} | values
    return Kept(path, **fields)


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path)
    made.pages.mkdir()
    made.applied = 1
    return made


def ask(front, path="/guides/calf/", **environ):
    """Return (status, headers, body) of an answer."""
    found = {}

    def start_response(status, headers):
        found.update(status=status, headers=dict(headers))

    given = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_HOST": "localhost:8000", "wsgi.input": io.BytesIO()}
    body = b"".join(front(given | environ, start_response))
    return found["status"], found["headers"], body


def test_a_kept_page_is_answered_in_the_smallest_form_that_is_understood(store):
    store.write(page())
    front = Front(django, store)

    answers = [ask(front, HTTP_ACCEPT_ENCODING=accepted) for accepted in ("gzip, br", "gzip", "")]

    assert [body for _, _, body in answers] == [b"small", b"zipped", b"<p>Plain</p>"]
    assert [headers.get("Content-Encoding") for _, headers, _ in answers] == ["br", "gzip", None]
    assert len({headers["ETag"] for _, headers, _ in answers}) == 3


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "POST"},
        {"QUERY_STRING": "q=clot"},
        {"HTTP_COOKIE": "theme=dark; sessionid=abc"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_HOST": ""},
        {"PATH_INFO": "/guides/"},
        {"PATH_INFO": "/guides/calf/../calf/"},
        {"PATH_INFO": "/guides/calf/\x00/"},
    ],
)
def test_everything_else_goes_on_to_django(store, settings, environ):
    settings.ALLOWED_HOSTS = ["localhost"]
    store.write(page())

    assert ask(Front(django, store), **environ)[2] == b"django"


def test_a_cookie_that_is_not_a_session_changes_nothing(store):
    store.write(page())

    assert ask(Front(django, store), HTTP_COOKIE="theme=dark")[2] == b"<p>Plain</p>"


def test_plain_http_goes_on_to_django_where_it_is_sent_to_https(store, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    store.write(page())
    front = Front(django, store)

    assert ask(front)[2] == b"django"
    assert ask(front, HTTP_X_FORWARDED_PROTO="https")[2] == b"<p>Plain</p>"


def test_a_page_that_is_known_is_not_sent_again(store):
    store.write(page())
    front = Front(django, store)
    _, headers, _ = ask(front)

    assert ask(front, HTTP_IF_NONE_MATCH=headers["ETag"])[::2] == ("304 Not Modified", b"")
    assert ask(front, HTTP_IF_MODIFIED_SINCE=headers["Last-Modified"])[0] == "304 Not Modified"
    assert ask(front, HTTP_IF_NONE_MATCH='"other"')[0] == "200 OK"


def test_head_has_the_headers_and_no_body(store):
    store.write(page())

    status, headers, body = ask(Front(django, store), REQUEST_METHOD="HEAD")

    assert (status, headers["Content-Length"], body) == ("200 OK", str(len(BODIES[""])), b"")


def test_a_page_that_is_removed_is_gone_from_every_process_at_once(store):
    store.write(page())
    processes = [Front(django, store), Front(django, store)]
    assert [ask(front)[2] for front in processes] == [b"<p>Plain</p>"] * 2

    store.remove(["/guides/calf/"])

    assert [ask(front)[2] for front in processes] == [b"django"] * 2


def test_a_page_that_is_made_anew_is_read_anew(store):
    store.write(page())
    front = Front(django, store)
    ask(front)

    store.write(page(bodies={"": b"<p>New</p>"}, etag="def"))

    assert ask(front)[2] == b"<p>New</p>"


def test_a_page_does_not_outlive_its_time(store):
    store.write(page(until=time.time() - 1))

    assert ask(Front(django, store))[2] == b"django"


def test_a_page_goes_when_a_file_that_it_shows_changes(store, tmp_path):
    pointer = tmp_path / "pointer.json"
    pointer.write_text("1")
    store.write(page(files=fronts.marks_of([pointer])))
    front = Front(django, store)
    assert ask(front)[2] == b"<p>Plain</p>"

    pointer.write_text("22")

    assert ask(front)[2] == b"django"


def test_a_page_that_is_not_whole_on_disk_is_not_shown(store):
    store.write(page())
    (store.pages / "guides/calf/index.html.br").write_bytes(b"sma")

    assert ask(Front(django, store))[2] == b"django"


def test_nothing_is_shown_when_nobody_could_ask_for_a_day_what_was_withdrawn(store):
    store.write(page())
    old = time.time() - fronts.BLIND - 1
    os.utime(store.root / "applied", (old, old))

    assert ask(Front(django, store))[2] == b"django"


def test_memory_is_bounded(store, settings):
    settings.KEEP_PAGES_BYTES = 3 * sum(map(len, BODIES.values()))
    front = Front(django, store)
    for number in range(6):
        store.write(page(f"/p{number}/"))
        assert ask(front, f"/p{number}/")[2] == b"<p>Plain</p>"

    assert len(front._ready) <= 3
    assert ask(front, "/p0/")[2] == b"<p>Plain</p>"


@pytest.mark.parametrize("path", ["/../x/", "//x/", "/.git/", "/a/%2e%2e/", "x", "/a", "/a\n/"])
def test_only_addresses_of_pages_have_a_folder(store, path):
    with pytest.raises(ValueError, match=r"^"):
        store.folder(path)
