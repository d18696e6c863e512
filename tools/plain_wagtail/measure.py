"""Print what one page of the plain site costs, as JSON: milliseconds of the processor, queries, bytes.

Takes the words of our guide on standard input: {"paragraphs": [...], "parts": [[title, text], ...]}.
"""

import io
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 40
LINKS = 8


def main() -> None:
    """Build the page, ask for it, print."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tools.plain_wagtail.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PLAIN_DATABASE": f"{folder}/plain.sqlite3", "PLAIN_MEDIA": f"{folder}/media"}
        import django  # noqa: PLC0415  # the settings are known only now

        django.setup()
        print(json.dumps(_measured(json.load(sys.stdin))))


def _measured(words: dict[str, Any]) -> dict[str, Any]:
    from django.core.management import call_command  # noqa: PLC0415  # after the set-up
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    url = _guide(words)
    client = Client()
    for _ in range(3):  # pictures are made, sites and content types remembered
        answer = client.get(url)
        if answer.status_code != 200:  # noqa: PLR2004
            raise RuntimeError(f"{url}: {answer.status_code}")
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    queries = len(asked)
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        client.get(url)
        times.append(1000 * (time.process_time() - begun))
    return {"cpu_ms": statistics.median(times), "queries": queries, "bytes": len(answer.content)}


def _guide(words: dict[str, Any]) -> str:
    """Make a guide of the given words; return its address."""
    from django.core.files.base import ContentFile  # noqa: PLC0415  # after the set-up
    from PIL import Image as Picture  # noqa: PLC0415
    from wagtail.images import get_image_model  # noqa: PLC0415
    from wagtail.models import Page  # noqa: PLC0415

    from tools.plain_wagtail.models import PlainGuide, PlainPart  # noqa: PLC0415

    home = Page.objects.get(depth=2)
    parts = [home.add_child(instance=PlainPart(title=t, summary=f"<p>{x}</p>")) for t, x in words["parts"]]
    figures = []
    for number in range(2):
        made = io.BytesIO()
        Picture.effect_noise((900, 600), 30).convert("RGB").save(made, "JPEG")
        file = ContentFile(made.getvalue(), name=f"figure-{number}.jpg")
        figures.append(get_image_model().objects.create(title=f"Figure {number}", file=file))
    body: list[tuple[str, Any]] = []
    for number, text in enumerate(words["paragraphs"]):
        link = f' <a linktype="page" id="{parts[number].pk}">more</a>' if number < min(LINKS, len(parts)) else ""
        body.append(("text", f"<p>{text}{link}</p>"))
        if number % 8 == 0:
            body.append(("heading", f"Section {number}"))
    body += [("figure", figure) for figure in figures] + [("part", part) for part in parts]
    page = home.add_child(instance=PlainGuide(title="A plain guide", body=body))
    return str(page.url)


if __name__ == "__main__":
    main()
