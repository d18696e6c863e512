"""The configuration of nginx: made from the settings, so that its headers are those of the application."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

TEMPLATE = settings.BASE_DIR / "deploy" / "nginx" / "gaitway.conf"
# The web server knows these by itself.
ITS_OWN = frozenset({"content-type", "content-length", "vary", "etag", "last-modified"})
# For readers while no process of the application answers.
AWAY = (
    "<!doctype html><html lang=en-GB><meta charset=utf-8><meta name=viewport content=width=device-width>"
    "<title>Not available for a moment</title><h1>This page is not available for a moment</h1>"
    "<p><strong>In an emergency call {number}. Do not wait for this page.</strong></p>"
    "<p>It is our fault, not yours. Please try again in a minute.</p>"
)


def configuration(*, listen: str, applications: Iterable[str], names: Iterable[str], brotli: bool = False) -> str:
    """Return a server block for nginx; `applications` are host:port of each process of the application."""
    headers = page_headers()
    away = {**headers, "Cache-Control": "no-store"}
    values = {
        "COOKIE": settings.SESSION_COOKIE_NAME, "PAGES": str(settings.PAGES_DIR), "STATIC": str(settings.STATIC_ROOT),
        "LISTEN": listen, "NAMES": " ".join(names), "HEADERS": _added(headers), "AWAY_HEADERS": _added(away),
        "UPSTREAM": "\n  ".join(f"server {place} max_fails=1 fail_timeout=1s;" for place in applications),
        "AWAY": AWAY.format(number=settings.EMERGENCY_NUMBER),
        "BROTLI": "brotli_static on;" if brotli else "# brotli_static on;  # where the module is installed",
    }  # fmt: skip
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def page_headers() -> Mapping[str, str]:
    """Return the headers of every released page: those that the views and the middleware put on one."""
    from portal.delivery.views import ASK_EACH_TIME, HTML  # noqa: PLC0415  # needs the models

    def answer(request: object) -> HttpResponse:
        return HttpResponse("", content_type=HTML, headers={"Cache-Control": ASK_EACH_TIME})

    handler = answer
    for name in reversed(settings.MIDDLEWARE):
        handler = import_string(name)(handler)
    secure = settings.SITE_URL.startswith("https://")
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    response = handler(RequestFactory().get("/", secure=secure, SERVER_NAME=host))
    return {name: value for name, value in response.items() if name.lower() not in ITS_OWN}


def _added(headers: Mapping[str, str]) -> str:
    return "\n    ".join(f'add_header {name} "{_quoted(value)}" always;' for name, value in headers.items())


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
