"""The WSGI callable that an application server loads: Django, behind what answers released pages without it."""

import gc
import os
import sys
from typing import Any

from django.core.wsgi import get_wsgi_application

from portal.observe import shared

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Behind this callable somebody waits for a page.
os.environ.setdefault("DATABASE_SECONDS", "2.5")
# So long, in seconds, a request holds up the other threads of its process, ten times less than by itself: a step of a
# check is done in that time, and the slowest of a hundred waited for five milliseconds again and again.
sys.setswitchinterval(0.0005)
shared.begin()


def _with_pages(django: Any) -> Any:
    """Put what counts, and what answers released pages, before Django; unless the settings say not to keep any."""
    from django.conf import settings  # noqa: PLC0415  # Django is ready only now

    from portal import production  # noqa: PLC0415  # the same
    from portal.delivery import front, keeper  # noqa: PLC0415  # the same
    from portal.delivery.steps import Steps  # noqa: PLC0415  # the same
    from portal.observe.around import Around  # noqa: PLC0415  # the same
    from portal.observe.metrics import Publisher  # noqa: PLC0415  # the same

    production.refuse_unsafe()
    inner = Around(Steps(django))
    if not settings.KEEP_PAGES:
        return inner

    def started() -> None:
        keeper.start()
        publisher.start()

    first = front.Front(inner, keeper.store(), started=started)
    publisher = Publisher(first)
    started()
    return first


application = _with_pages(get_wsgi_application())
# What is loaded by now stays as long as the process: looking through it for garbage costs a request 0.1 s now and then.
gc.collect()
gc.freeze()
