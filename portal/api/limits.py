"""How often one address of the net may ask a check: counted in the memory of each process, for a minute at most.

What is remembered is a mark of the address and when it asked, not what. Each process counts by itself.
"""

from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from rest_framework.throttling import SimpleRateThrottle

from portal.accounts.addresses import client_address

MOST = 20_000


class AskingTooOften(SimpleRateThrottle):
    """So many runs of a check a minute for one address (settings: PARTNER_RATE)."""

    scope = "partner"
    cache = LocMemCache("partners", {"TIMEOUT": 60, "OPTIONS": {"MAX_ENTRIES": MOST}})

    def get_rate(self) -> str:
        """Return how many in which time."""
        return str(settings.PARTNER_RATE)

    def get_cache_key(self, request: HttpRequest, view: object) -> str:
        """Return the mark of an address; from it nobody gets the address back."""
        return salted_hmac("portal.api.partner", client_address(request), algorithm="sha256").hexdigest()


def seconds_to_wait(request: HttpRequest) -> int:
    """Count a request; return 0 when it is answered, or after how many seconds the next one will be."""
    throttle = AskingTooOften()
    if throttle.allow_request(request, None):  # type: ignore[arg-type]  # it asks neither of the two for more
        return 0
    return max(1, round(throttle.wait() or 1))
