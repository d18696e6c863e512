"""Checks on disk follow what is released, also where whoever released was cut off or works elsewhere."""

import errno

import pytest

from articles.models import TechniquePage
from review.actions import hold, lift_hold, withdraw
from review.models import Generation
from tests.review import making
from triage import actions, artefacts, in_step
from triage.models import ProtocolPage

pytestmark = pytest.mark.django_db


def test_they_know_up_to_which_change_they_are_made(own_folder):
    actions.write_artefacts()
    assert not in_step.are_behind()

    Generation.objects.update(number=in_step.newest() + 1)

    assert in_step.are_behind()
    assert not in_step.are_behind(for_seconds=60)


def test_what_is_withdrawn_is_taken_away_with_nothing_made_anew(released, django_assert_num_queries):
    page = ProtocolPage.objects.get(pk=released.current("calf").document["page"])
    # the test's transaction never ends, so what would follow its end does not: as when a process dies there
    withdraw(page=page, by=making.reviewer(), now=making.LATER, reason="Wrong.")

    with django_assert_num_queries(2):
        changed = in_step.take_away_withdrawn()

    assert changed == ["calf"]
    assert list(artefacts.shelf().checks) == ["pregnancy"]


def test_a_check_with_a_technique_that_is_withdrawn_is_taken_away_at_once(released):
    withdraw(page=TechniquePage.objects.get(code="M-COLD"), by=making.reviewer(), now=making.LATER, reason="Wrong.")

    assert "calf" in in_step.follow_at_once()
    assert "calf" not in artefacts.shelf().checks


def test_what_is_put_on_hold_is_so_at_once_also_for_whoever_began_before(released):
    begun_with = released.current("calf").hash
    row = hold(page=TechniquePage.objects.get(code="M-COLD"), by=making.reviewer(), now=making.LATER, reason="Burnt.")

    assert "calf" in in_step.follow_at_once()
    assert in_step.follow_at_once() == []
    for shelf in (artefacts.shelf(), artefacts.shelf().in_language("zh-hant")):
        assert shelf.version("calf", begun_with).document["on_hold"] == ["M-COLD"]

    actions.write_artefacts()
    shelf = artefacts.shelf()
    assert shelf.current("calf").hash != begun_with
    for told in (shelf, shelf.in_language("zh-hant")):
        assert told.current("calf").document["on_hold"] == ["M-COLD"]
        assert told.version("calf", begun_with).document["on_hold"] == ["M-COLD"]

    lift_hold(hold=row.pk, by=making.reviewer(), now=making.LATER)
    assert "calf" in in_step.follow_at_once()
    assert artefacts.shelf().version("calf", begun_with).document.get("on_hold", []) == []


def test_nothing_is_written_while_all_of_them_are_released(released):
    assert in_step.take_away_withdrawn() == []
    assert len(artefacts.shelf().checks) == 2


def test_what_is_withdrawn_is_taken_away_also_when_the_disk_is_full(released, own_folder, monkeypatch):
    page = ProtocolPage.objects.get(pk=released.current("calf").document["page"])
    withdraw(page=page, by=making.reviewer(), now=making.LATER, reason="Wrong.")

    def full(fd):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(artefacts.os, "fsync", full)
    names = {path.name for path in own_folder.iterdir()}

    assert in_step.take_away_withdrawn() == ["calf"]
    assert [check.key for check in artefacts.shelf().newest] == [released.current("pregnancy").key]
    assert not {path.name for path in own_folder.iterdir()} - names - {"lock"}, "no half file is left"


def test_a_release_stands_when_the_checks_cannot_be_written(
    released, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(actions, "write_artefacts", lambda: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))

    with django_capture_on_commit_callbacks(execute=True):
        actions.write_artefacts_soon()
        actions.write_artefacts_soon()

    assert [entry.exc_info[0] for entry in caplog.records] == [OSError]
