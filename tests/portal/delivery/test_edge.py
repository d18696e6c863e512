"""A real nginx with the written configuration: what it answers by itself has every header, and it writes nothing.

The application is not running: what nginx says in its place is tested here too.
"""

import http.client
import shutil
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

import pytest
from django.http import HttpResponse

from portal import headers
from portal.delivery import edge
from tests import canaries
from tests.portal.observatory import score

NGINX, OPENSSL = shutil.which("nginx"), shutil.which("openssl")
pytestmark = pytest.mark.skipif(not NGINX or not OPENSSL, reason="no nginx here")
STEM = canaries.stem()
PAGE, OLDER = "/guides/a-page/", "/guides/an-older-page/"


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    """Start nginx before an application that is gone; gives its folder, HTTPS and HTTP, the port of the application."""
    from django.test import override_settings  # noqa: PLC0415  # beside its use

    folder, secure, plain, application = tmp_path_factory.mktemp("edge"), _port(), _port(), _port()
    for place, path in (("pages", PAGE), ("aside/pages", OLDER)):
        page = folder / "pages" / "current" / place / path.strip("/")
        page.mkdir(parents=True)
        (page / "index.html").write_text("<!doctype html><title>A page</title>")
    (folder / "static").mkdir()
    for name in ("a.css", "a.0123456789ab.css"):
        (folder / "static" / name).write_text("p { color: black }")
    subprocess.run(  # noqa: S603
        [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
         "/CN=localhost", "-keyout", folder / "key", "-out", folder / "cert"],
        check=True, capture_output=True,
    )  # fmt: skip
    with override_settings(
        SITE_URL="https://localhost", PAGES_DIR=folder / "pages", STATIC_ROOT=folder / "static",
        SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
        SECURE_HSTS_PRELOAD=True,
    ):  # fmt: skip
        listen = f"127.0.0.1:{secure} ssl; listen 127.0.0.1:{plain}"
        site = edge.configuration(listen=listen, applications=[f"127.0.0.1:{application}"], names=["localhost"])
    (folder / "nginx.conf").write_text(
        f"worker_processes 1; daemon off; pid {folder}/pid; user root; error_log {folder}/error.log debug;\n"
        f"events {{ worker_connections 64; }} http {{ types {{ text/html html; }}\n"
        f"access_log {folder}/access.log; ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key;\n"
        + "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        + f"{site} }}\n"
    )
    process = subprocess.Popen([NGINX, "-e", folder / "error.log", "-c", folder / "nginx.conf"])  # noqa: S603
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", secure), timeout=1):
            break
        time.sleep(0.05)
    for place in (folder / "client_body", folder / "proxy"):
        place.rmdir()
        place.write_text("what would be put into a file on its way fails now")
    yield folder, secure, plain, application
    process.terminate()
    process.wait(timeout=20)


def ask(port, method, path, body=None, *, tls=True, **more):
    given = {name.replace("_", "-"): value for name, value in more.items()}
    context = ssl._create_unverified_context()  # noqa: S323  # our own certificate
    line = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=10)
    if not tls:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path, body, {"Host": "localhost", **given})
    answer = line.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read().decode()
    names = [name.lower() for name, _ in answer.getheaders()]
    assert len(names) == len(set(names)), f"a header twice: {names}"
    line.close()
    return found


WAYS = {
    "a kept page": (200, "GET", PAGE, None, {}),
    "its head": (200, "HEAD", PAGE, None, {}),
    "a kept page that is known": (304, "GET", PAGE, None, {"If_Modified_Since": "now"}),
    "a kept page that is older": (200, "GET", OLDER, None, {}),
    "an older page for an editor": (503, "GET", OLDER, None, {"Cookie": "sessionid=a"}),
    "a static file": (200, "GET", "/static/a.css", None, {}),
    "a static file that is known": (304, "GET", "/static/a.css", None, {"If_Modified_Since": "now"}),
    "no static file": (404, "GET", "/static/none.css", None, {}),
    "a folder": (403, "GET", "/static/", None, {}),
    "a page that is not kept": (503, "GET", "/guides/another/", None, {}),
    "a search": (503, "GET", f"/search/?q={STEM}", None, {"Referer": f"https://localhost/search/?q={STEM}"}),
    "a step of a check": (503, "POST", "/check/calf/", f"answer={STEM}", {}),
    "a step that is too large": (413, "POST", "/check/calf/", STEM * 4800, {}),
    "a long address": (414, "GET", "/search/?q=" + STEM * 800, None, {}),
    "no address": (400, "GET", "/%00", None, {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_nginx_answers_has_every_header(nginx, way):
    wanted, method, path, body, more = WAYS[way]
    port = nginx[1]
    if more.get("If_Modified_Since"):
        more = {"If_Modified_Since": ask(port, "HEAD", path)[1]["Last-Modified"]}
    status, found, text = ask(port, method, path, body, **more)

    assert status == wanted
    assert {
        **headers.ALWAYS,
        "Content-Security-Policy": headers.READER,
        "X-Frame-Options": "DENY",
    }.items() <= found.items()
    assert found["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "nginx/" not in text + found["Server"]
    response = HttpResponse(text, headers=found)
    assert score(response) >= 150
    kinds = dict.fromkeys((PAGE, OLDER), "text/html; charset=utf-8") | {"/static/a.css": "text/css; charset=utf-8"}
    assert status != 200 or found["Content-Type"] == kinds[path]
    kept = {"its head", *(name for name in WAYS if name.startswith(("a kept", "a static")))}
    assert found["Cache-Control"].startswith("public") == (way in kept)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.0123456789ab.css", "public, max-age=31536000, immutable"),
        ("a.css", "public, max-age=60"),
        ("b.0123456789ab.css", "no-store"),
    ],
    ids=["named after what is in it", "of a lasting name", "missing while a build comes"],
)
def test_only_a_static_file_that_never_changes_is_kept_for_long(nginx, name, kept):
    _, answered, _ = ask(nginx[1], "GET", f"/static/{name}")

    assert answered["Cache-Control"] == kept


def test_a_page_in_place_of_the_application_says_whom_to_call(nginx):
    status, found, text = ask(nginx[1], "POST", "/check/calf/", f"answer={STEM}")

    assert status == 503
    assert found["Retry-After"]
    assert "112" in text


def test_probes_of_the_application_stay_inside_and_the_web_server_has_one_of_its_own(nginx):
    _, secure, _, _ = nginx

    assert [ask(secure, "GET", path)[0] for path in ("/-/live", "/-/ready", "/-/metrics", "/-/x")] == [404] * 4
    assert ask(secure, "GET", "/-edge")[0] == 204


def test_behind_a_balancer_its_word_on_scheme_and_reader_is_taken(settings):
    settings.SITE_URL = "https://health.example.org"
    given = {"listen": "8080", "applications": ["127.0.0.1:8000"], "names": ["health.example.org"]}
    before, alone = edge.configuration(**given, behind_tls=True), edge.configuration(**given)
    own = edge.configuration(**given, certificate=("/cert", "/key"))

    assert "proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;" in before
    assert "if ($http_x_forwarded_proto = http) { return 301 https://health.example.org$request_uri; }" in before
    assert "limit_req_zone $gaitway_client" in before
    assert "X-Forwarded-Proto $scheme;" in alone
    assert "limit_req_zone $binary_remote_addr" in alone
    assert "ssl_certificate /cert; ssl_certificate_key /key;" in own
    assert "ssl_certificate" not in before


def test_plain_http_leads_to_https_and_nowhere_else(nginx):
    for path in (PAGE, "/static/a.css", "/admin/", "/x?next=//evil.example"):
        status, found, _ = ask(nginx[2], "GET", path, tls=False, Host="evil.example")

        assert (status, found["Location"]) == (301, f"https://localhost{path}")


def test_nginx_writes_down_nothing_that_was_asked_for(nginx):
    for _, method, path, body, more in WAYS.values():
        ask(nginx[1], method, path, body, **more)
    ask(nginx[1], "POST", "/unsafe/1/", f"text={quote(STEM * 300)}")

    assert canaries.in_files(canaries.below(nginx[0]), STEM) == []


def test_new_passwords_are_not_asked_for_without_end(nginx):
    answers = [ask(nginx[1], "POST", "/admin/password_reset/", "email=a")[0] for _ in range(12)]

    assert answers[0] == 503
    assert answers.count(429) >= 5
    assert ask(nginx[1], "GET", "/admin/login/")[0] == 503


def test_one_address_does_not_try_passwords_faster_than_checks_can_bear(nginx):
    begun = time.monotonic()
    with ThreadPoolExecutor(20) as many:
        asked = [many.submit(ask, nginx[1], "POST", "/admin/login/", "username=a&password=b") for _ in range(20)]
        answers = [one.result()[0] for one in asked]

    passed = answers.count(503)  # as far as the application, which is gone
    assert passed <= 2 + (time.monotonic() - begun) + 1
    assert passed >= 3
    assert answers.count(429) == 20 - passed
    assert ask(nginx[1], "GET", "/admin/login/")[0] == 503


class Echo(BaseHTTPRequestHandler):
    """An application that answers with much more than it was sent."""

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(sent) * 200))
        self.end_headers()
        self.wfile.write(sent * 200)

    def log_message(self, *args):
        """Say nothing."""


def test_bodies_and_answers_are_never_put_into_a_file(nginx):
    with ThreadingHTTPServer(("127.0.0.1", nginx[3]), Echo) as application:
        Thread(target=application.serve_forever, daemon=True).start()
        line = http.client.HTTPSConnection(
            "127.0.0.1",
            nginx[1],
            context=ssl._create_unverified_context(),  # noqa: S323
            timeout=20,
        )
        with closing(line):
            line.request("POST", "/check/calf/", STEM * 2800, {"Host": "localhost"})
            time.sleep(0.5)  # somebody reads slowly
            answer = line.getresponse()
            text = answer.read()
        application.shutdown()

    assert answer.status == 200
    assert len(text) == len(STEM) * 2800 * 200
