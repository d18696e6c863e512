"""Checks on disk follow what is released, also where whoever released was cut off or works elsewhere."""

import errno

import pytest
from django.urls import reverse

from articles.models import CareRulePage, CausePage, GuidePage, TechniquePage
from review import losses
from review.actions import hold, lift_hold, roll_back, withdraw
from review.models import Generation, Release
from tests.review import making
from triage import actions, artefacts, in_step
from triage.models import ProtocolPage

pytestmark = pytest.mark.django_db


def full(fd):
    """Stand in for a disk without room."""
    raise OSError(errno.ENOSPC, "No space left on device")


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


def test_who_withdraws_is_told_which_checks_go_with_it(released, client):
    """The same code decides what is told and, through the package that cannot be made, what happens."""
    technique = TechniquePage.objects.get(code="M-COLD")
    rule = CareRulePage.objects.get(code=ProtocolPage.objects.get(code="calf").rules[0].value.code)
    calf, home = ProtocolPage.objects.get(code="calf"), reverse("review:page", args=[technique.pk])
    client.force_login(making.reviewer())

    told = losses.of(technique)
    seen = client.get(home).content.decode()

    assert calf.pk in {page.pk for page in told.whole}
    assert {page.pk for page in losses.of(rule).whole} >= {calf.pk}
    assert {page.specific_class for page in told.whole} == {ProtocolPage}
    assert GuidePage.objects.get(slug="calf-soreness").pk in {page.pk for page in told.in_part}
    warning = seen.partition('action="/admin/review/page/' + f'{technique.pk}/withdraw/"')[2].partition("</form>")[0]
    assert "1 other page leaves the site with this one, as a whole" in warning
    assert f'href="/admin/review/page/{calf.pk}/">{calf.title}' in warning
    assert "What shows it leaves it out, too" in seen

    client.post(reverse("review:withdraw", args=[technique.pk]), {"reason": "Wrong."})
    actions.write_artefacts()
    gone = {page.pk for page in told.whole}
    assert ProtocolPage.objects.live().filter(pk__in=gone).exists()
    assert not {check.document["page"] for check in artefacts.shelf().newest} & gone


def test_a_page_that_no_check_rests_on_takes_none_along(released):
    assert losses.of(CausePage.objects.live().first()).whole == ()
    assert losses.of(ProtocolPage.objects.get(code="pregnancy")).in_part == ()


def test_a_technique_that_was_withdrawn_can_be_brought_back_and_the_checks_with_it(released):
    page, person = TechniquePage.objects.get(code="M-COLD"), making.reviewer()
    before = Release.objects.filter(page_id=page.pk).latest("number")
    withdraw(page=page, by=person, now=making.LATER, reason="Wrong.")
    in_step.follow_at_once()
    assert "calf" not in artefacts.shelf().checks

    page.refresh_from_db()
    roll_back(page=page, release_hash=before.hash, by=person, now=making.LATER, reason="It was right.")
    actions.write_artefacts()

    assert "calf" in artefacts.shelf().checks


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

    monkeypatch.setattr(artefacts.os, "fsync", full)
    names = {path.name for path in own_folder.iterdir()}

    assert in_step.take_away_withdrawn() == ["calf"]
    assert [check.key for check in artefacts.shelf().newest] == [released.current("pregnancy").key]
    assert not {path.name for path in own_folder.iterdir()} - names - {"lock"}, "no half file is left"


def test_what_is_put_on_hold_while_the_disk_is_full_takes_its_checks_away_until_there_is_room(released, monkeypatch):
    row = hold(page=TechniquePage.objects.get(code="M-COLD"), by=making.reviewer(), now=making.LATER, reason="Burnt.")
    with monkeypatch.context() as disk:
        disk.setattr(artefacts.os, "fsync", full)

        assert in_step.follow_at_once() == ["calf"]
        assert [check.key for check in artefacts.shelf().newest] == [released.current("pregnancy").key]
        assert in_step.follow_at_once() == []

    actions.write_artefacts()
    assert artefacts.shelf().current("calf").document["on_hold"] == ["M-COLD"]

    lift_hold(hold=row.pk, by=making.reviewer(), now=making.LATER)
    monkeypatch.setattr(artefacts.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        in_step.put_on_hold()
    assert artefacts.shelf().current("calf").document["on_hold"] == ["M-COLD"]


def test_a_release_stands_when_the_checks_cannot_be_written(
    released, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(actions, "write_artefacts", lambda: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))

    with django_capture_on_commit_callbacks(execute=True):
        actions.write_artefacts_soon()
        actions.write_artefacts_soon()

    assert [entry.exc_info[0] for entry in caplog.records] == [OSError]
