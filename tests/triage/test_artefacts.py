import json
import logging
from datetime import date

import pytest
from django.test import Client

from articles.models import TechniquePage
from review import actions as review_actions
from tests.review import making
from triage import actions, artefacts, result_page, sheet
from triage.actions import PROTOCOLS
from triage.artefacts import NoCheckError
from triage.engine.artefact import content_hash
from triage.engine.vignettes import read, run
from triage.models import ProtocolPage
from triage.package import PackageError, package

STORIES = PROTOCOLS / "calf.vignettes.json"


def reissued(document, **changes):
    """The same release with something changed, under its own hash."""
    body = {key: value for key, value in document.items() if key != "hash"} | changes
    return {**body, "hash": content_hash(body)}


def test_what_is_written_is_read_back(documents, released):
    for slug, document in documents[0].items():
        assert released.current(slug).hash == document["hash"]


def test_a_changed_pointer_is_noticed_and_an_unchanged_one_not_read(documents, released):
    assert artefacts.shelf() is released

    newer = reissued(documents[0]["calf"], intro="<p>Other words.</p>")
    artefacts.write({**documents[0], "calf": newer}, documents[1])
    assert artefacts.shelf().current("calf").hash == newer["hash"]


def test_the_last_three_releases_are_kept(documents, released, own_folder):
    made = [reissued(documents[0]["calf"], intro=f"<p>Version {number}.</p>") for number in range(4)]
    for document in made:
        artefacts.write({"calf": document}, documents[1])

    kept = [check.hash for check in artefacts.shelf().checks["calf"]]
    assert kept == [document["hash"] for document in reversed(made)][:3]
    assert sorted(path.stem for path in own_folder.glob("*.json")) == sorted([*kept, "pointer"])


def test_a_check_that_is_not_released_any_more_is_gone_with_all_its_versions(documents, released):
    artefacts.write({"pregnancy": documents[0]["pregnancy"]}, documents[1])

    with pytest.raises(NoCheckError):
        artefacts.shelf().current("calf")
    assert artefacts.shelf().version("calf", documents[0]["calf"]["hash"]) is None


def test_a_file_that_was_changed_is_not_used(documents, released, own_folder, caplog):
    path = own_folder / f"{documents[0]['calf']['hash']}.json"
    path.write_text(path.read_text().replace("Pain in the chest", "Pain in the toe"))
    artefacts._files.clear()
    artefacts._loaded.clear()

    with pytest.raises(NoCheckError):
        artefacts.shelf().current("calf")
    assert artefacts.shelf().current("pregnancy")
    assert "cannot be used" in caplog.text


def test_an_earlier_release_does_not_stand_in_for_one_that_cannot_be_read(documents, released, own_folder):
    newer = reissued(documents[0]["calf"], intro="<p>What changed for safety.</p>")
    artefacts.write({**documents[0], "calf": newer}, documents[1])
    path = own_folder / f"{newer['hash']}.json"
    whole = path.read_text()
    path.write_text(whole[:-100])
    artefacts._files.clear()
    artefacts._loaded.clear()

    with pytest.raises(NoCheckError):
        artefacts.shelf().current("calf")
    assert artefacts.shelf().current("pregnancy")

    artefacts.write({**documents[0], "calf": newer}, documents[1])
    assert path.read_text() == whole
    assert artefacts.shelf().current("calf").hash == newer["hash"]


def test_a_pointer_that_cannot_be_read_leaves_the_one_before(released, own_folder, caplog):
    (own_folder / "pointer.json").write_text("{")

    assert artefacts.shelf().current("calf").hash == released.current("calf").hash
    assert caplog.records[0].levelno == logging.ERROR


@pytest.mark.parametrize("change", [{"format": 2}, {"title": "Other"}])
def test_a_document_is_sealed(documents, change):
    with pytest.raises(PackageError):
        artefacts.opened({**documents[0]["calf"], **change})


def test_nothing_half_written_is_left(documents, own_folder, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("No space left on device")

    artefacts.write(*documents)
    before = (own_folder / "pointer.json").read_text()
    monkeypatch.setattr(json, "dump", full)
    with pytest.raises(OSError, match="No space"):
        artefacts.write({"calf": reissued(documents[0]["calf"], intro="<p>New.</p>")}, documents[1])

    assert (own_folder / "pointer.json").read_text() == before


def test_only_released_protocols_are_written(protocols, own_folder):
    assert {"calf", "pregnancy"} >= set(actions.write_artefacts())
    assert set(artefacts.shelf().checks) == {"calf", "pregnancy"}

    draft = protocols["calf"].get_latest_revision_as_object()
    draft.title = "A draft that nobody has reviewed"
    draft.save_revision()
    assert actions.write_artefacts() == []
    assert artefacts.shelf().current("calf").document["title"] == "Check a sore calf or leg"


def test_a_protocol_that_cannot_be_put_together_keeps_its_release(protocols, own_folder, monkeypatch, caplog):
    actions.write_artefacts()
    shelves = dict(actions.library())
    shelves["rules"] = {code: rule for code, rule in shelves["rules"].items() if code != "CR9"}
    monkeypatch.setattr(actions, "library", lambda: shelves)

    assert actions.write_artefacts() == []
    assert set(artefacts.shelf().checks) == {"calf", "pregnancy"}
    assert "cannot be run as it is released" in caplog.text


@pytest.mark.django_db
def test_advice_on_hold_is_named_and_not_shown(documents, released, django_capture_on_commit_callbacks):
    cold = TechniquePage.objects.get(code="M-COLD")
    with django_capture_on_commit_callbacks() as told:
        review_actions.hold(page=cold, by=making.reviewer(), now=making.NOW, reason="Somebody was burnt.")
    held = package(ProtocolPage.objects.get(slug="calf"))
    check = artefacts.opened(held)

    story = next(v for v in read(json.loads(STORIES.read_text())) if v.id == "calf-doms")
    outcome = run(check.machine, story)
    said = result_page.report(check, outcome.answers, outcome.result, date(2026, 1, 1), compared=False)
    before = result_page.report(released.current("calf"), outcome.answers, outcome.result, date(2026, 1, 1))

    assert len(told) == 1
    assert held["on_hold"] == ["M-COLD"]
    assert "M-COLD" in [one.module.code for one in before.techniques]
    assert [one.module.code for one in said.techniques] == [
        one.module.code for one in before.techniques if one.module.code != "M-COLD"
    ]
    assert said.on_hold == [cold.title]


@pytest.mark.django_db
def test_the_sheet_to_print_says_what_is_on_hold_and_keeps_its_warnings(documents, released):
    """A warning against something goes on holding while the thing itself is looked into."""
    before = sheet.sheet(released.current("calf"))
    held = reissued(documents[0]["calf"], on_hold=["M-COLD", "M-NET"])
    artefacts.write({**documents[0], "calf": held}, documents[1])
    title = artefacts.opened(held).machine.protocol.module["M-COLD"].title

    now = sheet.sheet(artefacts.shelf().current("calf"))
    html = Client().get("/check/calf/paper/").content.decode()

    assert (before.on_hold, now.on_hold) == ([], [title])
    assert (now.bands, now.cautions) == (before.bands, before.cautions)
    assert f"<strong>Do not use now:</strong> {title}. A reviewer is checking" in html
    assert html.count('<section class="paper__band') == len(now.bands) + 1
