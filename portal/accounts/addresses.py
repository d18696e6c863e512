"""From where somebody logs in, as far as it can be believed."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address that the outermost proxy of ours has seen; what a client claims itself is not believed."""
    proxies: int = settings.TRUSTED_PROXIES
    named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return named[-proxies] if 0 < proxies <= len(named) else request.META.get("REMOTE_ADDR", "")
