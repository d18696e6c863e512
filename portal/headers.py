"""What browsers may do with our answers: the headers of every response, those of static files and errors included.

Three policies: for readers, for editors who look at a public page, for the admin. None of them allows an inline
script, an inline style, `eval` or another host. Readers' pages let no script write markup either.
"""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

SOURCES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self';"
    " form-action 'self'; base-uri 'none'"
)
READER = (
    f"{SOURCES}; img-src 'self'; worker-src 'self'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
# An editor's tools on public pages and previews write markup, and a preview is shown in a frame of ours.
EDITOR = f"{SOURCES}; img-src 'self' blob:; worker-src 'self'; frame-ancestors 'self'"
ADMIN = f"{SOURCES}; img-src 'self' blob:; frame-src 'self'; frame-ancestors 'self'"
# Somebody's file: it is shown by its own program, not as a page of ours.
FILE = "default-src 'none'; sandbox; frame-ancestors 'none'"

UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "magnetometer", "microphone",
    "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
}
FRAMES = {READER: "DENY", FILE: "DENY", EDITOR: "SAMEORIGIN", ADMIN: "SAMEORIGIN"}
FILES_AT = ("/documents/", settings.MEDIA_URL)


@cache
def admin_at() -> str:
    """Return where the admin begins; looked up once, as every request asks."""
    return reverse("wagtailadmin_home")


def policy_for(request: HttpRequest) -> str:
    """Return the policy for the answer to a request; looks at the address and at whether there is a session cookie."""
    if getattr(request, "is_preview", False):
        return EDITOR
    if request.path.startswith(admin_at()):
        return ADMIN
    if request.path.startswith(FILES_AT):
        return FILE
    return EDITOR if settings.SESSION_COOKIE_NAME in request.COOKIES else READER


class SecurityHeaders:
    """Outermost middleware: no response leaves without its policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add what is not there; an answer that was made for a frame inside keeps its own."""
        request.has_session = settings.SESSION_COOKIE_NAME in request.COOKIES  # type: ignore[attr-defined]
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        policy = policy_for(request)
        if policy == FILE or "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = policy
            response.headers["X-Frame-Options"] = FRAMES[policy]
        return response
