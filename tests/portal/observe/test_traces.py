"""Traces: only where somebody asks for them, and what leaves the house holds no word of a reader."""

import gzip
import re
import threading
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.handlers.wsgi import WSGIHandler
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from portal.observe import traces
from tests import canaries
from tests.portal.delivery.test_front import ask

STEM = canaries.stem()
WORD = canaries.canaries(STEM)[0]


def django(environ, start_response):
    start_response("200 OK", [])
    return [b""]


@pytest.fixture
def collected():
    """Trace an application; gives what makes one, and the spans that came of it."""
    exporter = InMemorySpanExporter()
    return (lambda application: traces.Traced(application, SimpleSpanProcessor(exporter))), exporter.get_finished_spans


def test_nothing_is_traced_unless_somebody_asks(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)

    assert traces.around(django) is django


def test_without_the_packages_the_site_starts_and_says_so(monkeypatch, caplog):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setattr(traces, "PACKAGES", ("no.such.package",))

    assert traces.around(django) is django
    assert "requirements-traces.txt" in caplog.text


@pytest.mark.django_db
def test_a_span_knows_class_method_and_status_and_nothing_more(collected, settings):
    traced, spans = collected
    settings.ALLOWED_HOSTS = ["localhost"]
    application = traced(WSGIHandler())
    sent = {"wsgi.url_scheme": "http", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "QUERY_STRING": f"q={WORD}"}
    headers = {f"HTTP_{name}": WORD for name in ("REFERER", "COOKIE", "USER_AGENT", "X_REQUEST_ID")}
    trace = {"HTTP_TRACEPARENT": f"00-{'ab' * 16}-{'cd' * 8}-01", "HTTP_TRACESTATE": WORD}
    status, *_ = ask(application, "/search/", **sent, **headers, **trace)
    ask(application, f"/check/{WORD}/", **{**sent, "REQUEST_METHOD": WORD.upper()}, **headers)

    found = spans()
    requests = [one for one in found if not one.name.startswith("database")]
    assert [one.name for one in requests] == ["GET search", "other check"]
    assert dict(requests[0].attributes) == {
        "http.request.method": "GET", "http.route": "search", "http.response.status_code": int(status[:3]),
    }  # fmt: skip
    assert {one.name for one in found} > {"GET search"}
    assert all(one.parent.span_id == requests[0].context.span_id for one in found if one.name == "database SELECT")
    assert f"{requests[0].context.trace_id:032x}" != "ab" * 16
    assert [*canaries.in_bytes("".join(one.to_json() for one in found).encode(), STEM)] == []


def test_an_error_is_not_told_to_a_span(collected):
    traced, spans = collected

    def broken(environ, start_response):
        raise ValueError(WORD)

    with pytest.raises(ValueError, match=re.escape(WORD)):
        ask(traced(broken), "/check/")

    (span,) = spans()
    assert span.events == ()
    assert span.status.description is None
    assert WORD not in span.to_json()


def test_what_is_sent_to_a_collector_holds_no_word_of_a_reader(monkeypatch):
    bodies = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding")
            bodies.append(gzip.decompress(body) if packed == "gzip" else zlib.decompress(body) if packed else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            return

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        application = traces.around(django)
        assert isinstance(application, traces.Traced)
        ask(application, f"/search/{WORD}/", QUERY_STRING=f"q={WORD}", HTTP_REFERER=WORD)
        application.provider.shutdown()
        server.shutdown()

    assert b"GET search" in b"".join(bodies)
    assert [*canaries.in_bytes(b"".join(bodies), STEM)] == []
