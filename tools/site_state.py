"""What a site is: rows of each table, some pages as readers get them, the ledger; as JSON, for the drills.

python tools/site_state.py LEDGER_FILE      of the site that the environment names
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from wagtail.models import Page

PAGES = 12


def rows() -> dict[str, int]:
    """Return how many rows each table has."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our own tables
            found[table] = cursor.fetchone()[0]
    return found


def media() -> dict[str, str]:
    """Return the SHA-256 of each uploaded file."""
    root = Path(settings.MEDIA_ROOT)
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def pages(client: Client) -> dict[str, str]:
    """Return status and SHA-256 of some pages, spread over the site."""
    urls = list(Page.objects.live().filter(depth__gt=1).order_by("path").values_list("url_path", flat=True))
    found = {}
    for url in urls[:: max(1, len(urls) // PAGES)]:
        path = url.removeprefix("/home") or "/"
        answer = client.get(path)
        found[path] = f"{answer.status_code} {hashlib.sha256(answer.content).hexdigest()}"
    return found


def main() -> None:
    """Print the state and write the ledger."""
    host = settings.SITE_URL.partition("://")[2]
    client = Client(SERVER_NAME=host.partition(":")[0])
    Path(sys.argv[1]).write_bytes(client.get("/ledger.json").content)
    state: dict[str, Any] = {"rows": rows(), "media": media(), "pages": pages(client)}
    sys.stdout.write(json.dumps(state))


if __name__ == "__main__":
    main()
