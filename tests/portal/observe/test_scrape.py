"""Numbers about the state of the site are those of the rows, and each that an alert or a drawing names is there."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from portal.models import Work
from portal.observe import facts, metrics, scrape
from portal.work.jobs import JOBS
from review import doors
from review.models import Concern, Hold, Standing, Submission

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
HOUR = timedelta(hours=1)
OURS = re.compile(r"\bgaitway_[a-z_]+\b")


def told():
    """Return every value by name and labels."""
    text = metrics.written(scrape.State()).decode()
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for one in samples}


def value(found, name, **labels):
    return found[name, tuple(sorted(labels.items()))]


@pytest.fixture
def with_work(kept):
    """Every job has run an hour ago; the audit found a fault, one job fails, one is late."""
    now = timezone.now()
    for job in JOBS:
        Work.objects.update_or_create(job=job.key, defaults={
            "began_at": now - HOUR, "ended_at": now - HOUR, "next_at": now + HOUR,
            "error": "1 faults" if job.key == "audit" else "Not sent." if job.key == "digests" else "",
        })  # fmt: skip
    Work.objects.filter(job="release").update(next_at=now - timedelta(hours=1))
    return now


def test_jobs_and_the_audit(with_work):
    found = told()

    assert value(found, "gaitway_database_up") == 1
    assert [value(found, "gaitway_job_late", job=job.key) for job in JOBS] == [job.key == "release" for job in JOBS]
    assert value(found, "gaitway_job_failed", job="digests") == 1
    assert value(found, "gaitway_job_failed", job="tidy") == 0
    assert value(found, "gaitway_audit_red") == 1
    assert 3590 < value(found, "gaitway_audit_age_seconds") < 3700

    Work.objects.filter(job="audit").update(error="")
    assert value(told(), "gaitway_audit_red") == 0


def test_the_review(kept):
    before = told()
    now = timezone.now()
    Submission.objects.create(
        page_id=999_999, page_type="x", title="A text", revision_id=1, fingerprint="a", content_hash="b",
        computed_class="wording", submitted_at=now - timedelta(days=3),
    )  # fmt: skip
    Concern.objects.create(page_id=1, page_title="x", text="y", raised_at=now, due_at=now)
    Hold.objects.create(page_id=1, block="z", reason="r", held_at=now)
    Hold.objects.create(page_id=1, block="w", reason="r", held_at=now, lifted_at=now)
    late, near = Standing.objects.filter(state="released").values_list("pk", flat=True)[:2]
    with doors.open_for():
        Standing.objects.filter(pk=late).update(due_on=now.date() - timedelta(days=1))
        Standing.objects.filter(pk=near).update(due_on=now.date() + timedelta(days=10))
    after = told()

    for name in ("queue_length", "concerns_open", "holds", "reviews_overdue", "reviews_near"):
        assert value(after, f"gaitway_{name}") == value(before, f"gaitway_{name}") + 1, name
    assert value(after, "gaitway_queue_oldest_seconds") >= 3 * 86_400 - 5
    assert value(after, "gaitway_proof_seconds", protocol="calf", check="proofs") > 0


def test_this_machine(kept, settings, tmp_path, monkeypatch):
    (tmp_path / "ended-well").touch()
    monkeypatch.setenv("BACKUP_MARK", str(tmp_path / "ended-well"))
    found = told()

    assert value(found, "gaitway_pages_kept") == len(list(kept.store.paths()))
    assert value(found, "gaitway_backup_age_seconds") < 60
    assert (
        0
        < value(found, "gaitway_disk_free_bytes", folder="MEDIA_DIR")
        < value(found, "gaitway_disk_bytes", folder="MEDIA_DIR")
    )
    monkeypatch.delenv("BACKUP_MARK")
    assert ("gaitway_backup_age_seconds", ()) not in told()


def test_whoever_asks_often_gets_the_same_answer(kept, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(scrape, "_kept", (-scrape.KEPT_SECONDS, b""))
    first = scrape.text()

    with django_assert_num_queries(0):
        assert scrape.text() == first


def test_the_state_costs_few_queries(kept, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        facts.of_the_database()


def expressions():
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8"))
    yield from ((rule["alert"], rule["expr"]) for group in rules["groups"] for rule in group["rules"])
    board = json.loads((ROOT / "deploy/grafana/gaitway.json").read_text(encoding="utf-8"))
    yield from ((panel["title"], target["expr"]) for panel in board["panels"] for target in panel["targets"])


def test_what_alerts_and_drawings_name_is_there(with_work, monkeypatch, tmp_path):
    (tmp_path / "mark").touch()
    monkeypatch.setenv("BACKUP_MARK", str(tmp_path / "mark"))
    metrics.answered("/check/", "200", 0.01)
    metrics.found("memory")
    there = {name for name, _ in told()}
    named = [(title, name) for title, expression in expressions() for name in OURS.findall(expression)]

    assert {(title, name) for title, name in named if name not in there} == set()
    assert len(named) > 25


def test_each_alert_leads_to_a_heading_of_the_page_for_whoever_is_called():
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8"))
    headings = set(re.findall(r"^### (.+)$", (ROOT / "docs/operations.md").read_text(encoding="utf-8"), re.MULTILINE))
    wanted = {rule["annotations"]["heading"] for group in rules["groups"] for rule in group["rules"]}

    assert wanted - headings == set()
    assert len(wanted) > 10
