"""Proofs of drafts: while somebody waits for the save, then in a process of its own, always about the newest draft."""

import subprocess
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.utils import timezone

from triage import approval, changes, proofs, proving
from triage.engine import prove as engine
from triage.engine.solver import SolverMissingError
from triage.models import ApprovalRun, ProofJob
from triage.models.approval import Status


@pytest.fixture
def started(monkeypatch):
    """Return the processes that were started instead of being started."""
    found = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: found.append(command))
    return found


@pytest.fixture
def draft(mini_draft):
    """Return a function that saves a draft which nobody has proved; it leaves out a rule when it is told to."""

    def save(words, *, without=""):
        page = mini_draft.get_latest_revision_as_object()
        page.audience = words
        page.rules = [("rule", item.value) for item in page.rules if item.value.code != without]
        page.save_revision()
        mini_draft.latest_revision = page.latest_revision
        return approval.Text(page)

    save.page = mini_draft
    return save


@pytest.fixture
def no_time(settings):
    settings.TRIAGE_PROOF_SECONDS_ON_SAVE = 0.0


def runs(text):
    return list(ApprovalRun.objects.filter(source_hash=text.source_hash, name=proving.DRAFT).order_by("pk"))


def test_a_saved_draft_is_proved_as_soon_as_it_is_saved(draft, django_capture_on_commit_callbacks, started):
    with django_capture_on_commit_callbacks(execute=True):
        text = draft("Adults.")

    assert [run.status for run in runs(text)] == [Status.PASSED]
    assert started == []
    assert not ProofJob.objects.exists()


def test_a_failed_proof_shows_somebody_and_is_kept(draft, started):
    text = draft("Adults.", without="CR1")

    proving.draft_saved(draft.page.pk)

    [run] = runs(text)
    assert run.status == Status.FAILED
    assert any("would be told" in failure["story"] and failure["people"] for failure in run.details["failures"])
    assert proving.panel(text.page)["run"] == run
    assert started == []


def test_a_draft_that_does_not_hold_says_so_before_it_is_submitted(draft, started):
    def said(text):
        return [str(problem) for problem in text.page.problems()]

    text = draft("Adults.", without="CR1")
    assert said(text) == []

    proving.draft_saved(draft.page.pk)

    [problem] = said(text)
    assert problem.startswith("Proof: Someone who says “")
    assert "would be told" in problem
    assert said(draft("Grown-ups.")) == []


def test_what_takes_too_long_goes_on_in_a_process_of_its_own(draft, no_time, started):
    text = draft("Adults.")

    proving.draft_saved(draft.page.pk)

    assert [run.status for run in runs(text)] == [Status.NOT_PROVED]
    assert [command[1:] for command in started] == [["manage.py", "prove_drafts", str(draft.page.pk)]]
    assert proving.panel(text.page)["job"].source_hash == text.source_hash
    assert not proving.decided(text)

    call_command("prove_drafts", draft.page.pk)

    assert [run.status for run in runs(text)] == [Status.NOT_PROVED, Status.PASSED]
    assert proving.panel(text.page)["run"].status == Status.PASSED
    assert proving.panel(text.page)["job"] is None


def test_nobody_waits_for_what_the_editor_saves_by_itself(draft, started):
    text = draft("Adults.")

    proving.draft_saved(draft.page.pk, waits=False)

    assert runs(text) == []
    assert len(started) == 1


def test_progress_is_told_while_it_goes_on(draft, monkeypatch):
    text, seen = draft("Adults."), []
    told = proving._tell

    def tell(text, done, total):
        told(text, done, total)
        seen.append(ProofJob.objects.values_list("done", "total").get())

    monkeypatch.setattr(proving, "_tell", tell)
    proving.to_the_end(draft.page.pk)

    total = runs(text)[0].details["statements"]
    assert (proving.EVERY, total) in seen
    assert seen[-1] == (total, total)


def test_a_newer_draft_takes_the_place_of_the_one_that_is_being_proved(draft, no_time, monkeypatch, started):
    first, later = draft("Adults."), []
    told = proving._tell

    def tell(text, done, total):
        if not later:
            later.append(draft("Adults with a sore leg, newer."))
            proving.draft_saved(draft.page.pk)
        told(text, done, total)

    monkeypatch.setattr(proving, "_tell", tell)
    row = proving.to_the_end(draft.page.pk)

    assert row.source_hash == later[0].source_hash
    assert row.status == Status.PASSED
    assert started == []  # the process at work has gone over to the newer draft
    assert runs(first) == []
    assert not ProofJob.objects.exists()


def test_a_process_that_breaks_off_leaves_it_not_proved(draft, monkeypatch):
    text = draft("Adults.")
    monkeypatch.setattr(proofs, "proved", Mock(side_effect=MemoryError))

    with pytest.raises(MemoryError):
        proving.to_the_end(draft.page.pk)

    assert [run.status for run in runs(text)] == [Status.NOT_PROVED]
    assert proving.panel(text.page)["job"] is None


def test_a_process_that_was_ended_counts_no_more(draft, no_time, started):
    text = draft("Adults.")
    proving.draft_saved(draft.page.pk)
    long_ago = timezone.now() - timedelta(seconds=proving.STALE_SECONDS + 1)
    ProofJob.objects.update(changed_at=long_ago)

    shown = proving.panel(text.page)
    assert (shown["job"], shown["run"].status) == (None, Status.NOT_PROVED)

    proving.draft_saved(draft.page.pk)
    assert len(started) == 2


def test_a_solver_that_gives_up_has_proved_nothing(draft, monkeypatch):
    text = draft("Adults.")
    monkeypatch.setattr(engine.Prover, "possible", lambda self, literals: None)

    row = proving.to_the_end(draft.page.pk)

    assert row.status == Status.NOT_PROVED
    assert row.details["failures"][0]["status"] == "not proved"
    assert "not proved" in str(approval.sign_off_problems(text.page, text.fingerprint)[0])


def test_without_a_solver_nothing_is_proved_and_no_process_is_started(draft, monkeypatch, started):
    text = draft("Adults.")
    monkeypatch.setattr(engine, "prove", Mock(side_effect=SolverMissingError("python-sat is not installed.")))

    proving.draft_saved(draft.page.pk)

    assert [(run.status, run.sentence) for run in runs(text)] == [(Status.NOT_PROVED, "python-sat is not installed.")]
    assert started == []


def test_what_cannot_be_put_together_is_not_proved(draft):
    page = draft.page.get_latest_revision_as_object()
    page.dispositions = []
    page.save_revision()

    assert proving.to_the_end(draft.page.pk) is None
    assert proving.panel(page) == {"page": page, "faulty": True}


def test_a_first_release_changes_nobodys_answer(mini_draft):
    assert changes.change_of(mini_draft) is None
    assert changes.milder_groups(mini_draft) == []
