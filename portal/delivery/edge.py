"""The configuration of nginx: made from the settings, so that its headers are those of the application."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

TEMPLATE = settings.BASE_DIR / "deploy" / "nginx" / "gaitway.conf"
# The web server knows these by itself.
ITS_OWN = frozenset({"content-type", "content-length", "vary", "etag", "last-modified"})


def configuration(*, listen: str, application: str, names: Iterable[str], brotli: bool = False) -> str:
    """Return a server block for nginx."""
    headers = "\n    ".join(f'add_header {name} "{_quoted(value)}" always;' for name, value in page_headers().items())
    values = {
        "COOKIE": settings.SESSION_COOKIE_NAME, "PAGES": str(settings.PAGES_DIR), "STATIC": str(settings.STATIC_ROOT),
        "LISTEN": listen, "NAMES": " ".join(names), "UPSTREAM": application, "HEADERS": headers,
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


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
