import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tests.triage.vignettes.conftest import write
from triage.models import StorySet
from triage.models.version import FrozenError
from triage.vignettes import accuracy

ROOT = Path(__file__).resolve().parents[3]


def recount(path):
    command = [sys.executable, "-I", "-S", str(ROOT / "tools" / "recount_accuracy.py"), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own tool


@pytest.mark.parametrize("slug", ["calf", "pregnancy"])
def test_the_public_table_is_what_an_independent_recount_finds(released, slug, tmp_path):
    response = Client().get(f"/check/{slug}/accuracy.json")
    path = tmp_path / "accuracy.json"
    path.write_bytes(response.content)

    done = recount(path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert response.json()["total"]["too_risky"] == 0
    assert response.json()["total"]["stories"] == len(response.json()["stories"]) > 100


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["total"].update(right=data["total"]["right"] + 1),
        lambda data: data["levels"]["same_day"].update(too_risky=0, stories=1),
        lambda data: data["stories"].pop(),
        lambda data: data["stories"].append(data["stories"][0]),
        lambda data: data["stories"][0].update(result="self_care"),
        lambda data: data["stories"][0].update(forbidden_advice=["massage"]),
    ],
)
def test_a_recount_finds_every_lie(released, change, tmp_path):
    data = Client().get("/check/calf/accuracy.json").json()
    change(data)
    path = tmp_path / "accuracy.json"
    path.write_text(json.dumps(data))

    assert recount(path).returncode == 1


def test_the_page_shows_the_table_without_a_query(released, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = Client().get("/check/calf/accuracy/").content.decode()

    total = released.current("calf").document["accuracy"]["total"]
    assert f"<td>{total['stories']}</td><td>{total['right']}</td>" in html
    assert "No second clinician has judged these stories yet." in html
    assert "/check/calf/accuracy/" in Client().get("/check/calf/").content.decode()


def test_stories_are_frozen_with_the_release(calf_page, people):
    first = accuracy.frozen_for(calf_page, now=timezone.now())
    write(calf_page, people.reviewer)

    again = accuracy.frozen_for(calf_page, now=timezone.now())

    assert again == first
    assert "a-story" not in {item["id"] for item in again.content["stories"]}
    with pytest.raises(FrozenError):
        again.save()


def test_stories_of_the_authors_are_in_no_table(calf_page, people):
    write(calf_page, people.author)
    StorySet.objects.all().delete()

    found = accuracy.frozen_for(calf_page, now=timezone.now())

    assert "a-story" not in {item["id"] for item in found.content["stories"]}


def test_a_draft_has_no_figures(protocols, released):
    from triage.package import package  # noqa: PLC0415

    page = protocols["calf"]
    assert "accuracy" not in package(page)
    page.pk = 0
    assert accuracy.frozen_for(page, now=timezone.now()) is None
    assert Client().get("/check/nowhere/accuracy/").status_code == 410
