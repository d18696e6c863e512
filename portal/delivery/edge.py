"""The configuration of nginx: made from the settings, so that its headers are those of the application."""

import json
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

from articles.dialling import standing

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


# The address that the proxy in front has added: the last one, which no browser can choose.
LAST_ADDRESS = 'map $http_x_forwarded_for $gaitway_client { default $remote_addr; "~(?<last>[^, ]+)$" $last; }'


def configuration(
    *,
    listen: str,
    applications: Iterable[str],
    names: Iterable[str],
    brotli: bool = False,
    certificate: tuple[str, str] | None = None,
    behind_tls: bool = False,
) -> str:
    """Return a server block for nginx; `applications` are host:port of each process of the application.

    `certificate`: the files of certificate and key, where nginx ends TLS. `behind_tls`: a proxy of ours in front does,
    and says so in its headers.
    """
    headers = page_headers()
    own = {**headers, "Cache-Control": "no-store"}
    static = {**headers, "Cache-Control": "$gaitway_static_kept"}
    site = settings.SITE_URL.removeprefix("https://")
    scheme = "$http_x_forwarded_proto" if behind_tls else "$scheme"
    to_https = f"if ({scheme} = http) {{ return 301 https://{site}$request_uri; }}"
    tls = "ssl_certificate {}; ssl_certificate_key {};".format(*certificate) if certificate else "# no certificate here"
    values = {
        "COOKIE": settings.SESSION_COOKIE_NAME, "PAGES": str(settings.PAGES_DIR), "STATIC": str(settings.STATIC_ROOT),
        "LISTEN": listen, "NAMES": " ".join(names), "HEADERS": _added(headers), "AWAY_HEADERS": _added(own),
        "STATIC_HEADERS": _added(static), "OWN_MAPS": _maps(own),
        "OWN_HEADERS": "\n  ".join(f"add_header {name} {_variable(name)} always;" for name in own),
        "TO_HTTPS": to_https if site != settings.SITE_URL else "# not on HTTPS: answered as it is asked for",
        "SCHEME": scheme, "TLS": tls, "CLIENT": "$gaitway_client" if behind_tls else "$binary_remote_addr",
        "CLIENT_MAP": LAST_ADDRESS if behind_tls else "# nobody stands before this web server",
        "UPSTREAM": _upstream(list(applications)),
        "AWAY": AWAY.format(number=standing()), "AWAY_CHECK": _away_check(),
        "BROTLI": "brotli_static on;" if brotli else "# brotli_static on;  # where the module is installed",
    }  # fmt: skip
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def page_headers() -> Mapping[str, str]:
    """Return the headers of every released page: those that the views and the middleware put on one."""
    from portal.delivery.renderings import HTML  # noqa: PLC0415  # needs the models
    from portal.delivery.views import ASK_EACH_TIME  # noqa: PLC0415  # the same

    def answer(request: object) -> HttpResponse:
        return HttpResponse("", content_type=HTML, headers={"Cache-Control": ASK_EACH_TIME})

    handler = answer
    for name in reversed(settings.MIDDLEWARE):
        handler = import_string(name)(handler)
    secure = settings.SITE_URL.startswith("https://")
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    response = handler(RequestFactory().get("/", secure=secure, SERVER_NAME=host))
    return {name: value for name, value in response.items() if name.lower() not in ITS_OWN}


def _away_check() -> str:
    """Return what a program is told that runs a check, as `portal.api.problems` tells it."""
    from portal.api.problems import NOT_SAFE  # noqa: PLC0415  # needs the models

    body = {
        "type": "about:blank", "title": "The checks do not answer.", "status": 503, "disposition": None, "safe": False,
        "say": NOT_SAFE.format(whom=standing()), "emergency_number": settings.EMERGENCY_NUMBER,
    }  # fmt: skip
    return json.dumps(body)


def _added(headers: Mapping[str, str]) -> str:
    return "\n    ".join(f'add_header {name} "{_quoted(value)}" always;' for name, value in headers.items())


def _upstream(places: Sequence[str]) -> str:
    """Return the processes of the application, each twice: when all have just failed, each is asked all the same."""
    asked = [f"server {place} max_fails=1 fail_timeout=1s;" for place in places]
    once_more = [f"server {place} max_fails=0 backup;" for place in places]
    return "\n  ".join([*asked, *once_more])


def _variable(name: str) -> str:
    return f"$gaitway_{name.lower().replace('-', '_')}"


def _maps(headers: Mapping[str, str]) -> str:
    """Return variables that hold a header while the application, whose answers all have a policy, has not answered."""
    return "\n".join(
        f'map $upstream_http_content_security_policy {_variable(name)} {{ default ""; "" "{_quoted(value)}"; }}'
        for name, value in headers.items()
    )


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
