"""Traces, where the operator has a collector for them: how long a request and its statements took, and nothing else.

A span has the class of the address, the method and the number of the answer; a statement its first word. Addresses,
queries, bodies, headers and values are nowhere in it, and a trace that a reader's browser names is not continued.
Neither the packages nor the variable are needed; without either of them nothing is traced.
"""

import logging
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any

from django.db import connections

from portal.configuration import is_set
from portal.observe.metrics import route_of

logger = logging.getLogger(__name__)
PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def around(application: Callable[..., Any]) -> Callable[..., Any]:
    """Return an application with its requests traced, or the same one where nobody asks for traces."""
    if not is_set("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return application
    if not are_there():
        logger.warning("Traces are asked for, but the packages of requirements-traces.txt are not installed.")
        return application
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # optional
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  # optional

    return Traced(application, BatchSpanProcessor(OTLPSpanExporter()))


def are_there() -> bool:
    """Whether the packages are installed."""
    try:
        return all(find_spec(name) for name in PACKAGES)
    except ModuleNotFoundError:
        return False


class Traced:
    """A WSGI application that makes a span of each request, and hands it to a processor."""

    def __init__(self, application: Callable[..., Any], processor: Any) -> None:
        from opentelemetry.context import Context  # noqa: PLC0415  # optional
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  # optional
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  # optional

        self.application, self.nothing = application, Context()
        self.provider = TracerProvider(resource=Resource.create({"service.name": "gaitway"}))
        self.provider.add_span_processor(processor)
        self.tracer = self.provider.get_tracer("gaitway")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request inside a span that begins a trace of its own."""
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
        route = route_of(environ["PATH_INFO"])
        named = {"http.request.method": method, "http.route": route}
        # what an error says may quote a reader, so the span is not told of errors
        with self.tracer.start_as_current_span(
            f"{method} {route}", self.nothing, attributes=named, record_exception=False, set_status_on_exception=False
        ) as span:

            def noting(status: str, headers: Any, *more: Any) -> Any:
                span.set_attribute("http.response.status_code", int(status[:3]))
                return start_response(status, headers, *more)

            with connections["default"].execute_wrapper(self._statement):
                return self.application(environ, noting)

    def _statement(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Carry out a statement inside a span that knows its first word."""
        word = str(sql).lstrip("( ").partition(" ")[0].upper()
        name = word if word.isalpha() else "statement"
        with self.tracer.start_as_current_span(
            f"database {name}", record_exception=False, set_status_on_exception=False
        ):
            return execute(sql, params, many, context)
