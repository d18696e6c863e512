"""The WSGI callable that an application server loads: Django, behind what answers released pages without it."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Behind this callable somebody waits for a page.
os.environ.setdefault("DATABASE_SECONDS", "2.5")


def _with_pages(django: Any) -> Any:
    """Put what answers released pages before Django, unless the settings say not to keep any."""
    from django.conf import settings  # noqa: PLC0415  # Django is ready only now

    from portal.delivery import front, keeper  # noqa: PLC0415  # the same

    if not settings.KEEP_PAGES:
        return django
    keeper.start()
    return front.Front(django, keeper.store(), started=keeper.start)


application = _with_pages(get_wsgi_application())
