"""A Questionnaire taken in through the admin or the command: always a draft, never more."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import PageLogEntry

from review.doors import RefusedError
from tests.triage.standards.test_draft import choice, resource
from triage import importing
from triage.models import ProtocolPage

GOOD = resource(
    choice("hot", ("fever_or_shivers", "Fever"), ("n", "No")), {"linkId": "a", "text": "Name?", "type": "string"}
)


@pytest.fixture
def editor(protocols, client):
    client.force_login(get_user_model().objects.create_superuser("chief", "chief@example.org", "x"))
    return client


def hand_in(client, body, key="knee"):
    file = SimpleUploadedFile("form.json", body if isinstance(body, bytes) else json.dumps(body).encode())
    return client.post(reverse("triage_admin:questionnaire"), {"file": file, "key": key})


def test_it_lands_as_a_draft_with_a_report(editor):
    answer = hand_in(editor, GOOD)

    page = ProtocolPage.objects.get(code="knee")
    draft = page.get_latest_revision_as_object()
    (question,) = draft.questions
    html = answer.content.decode()
    assert answer.status_code == 200
    assert (page.live, page.latest_revision.user.username) == (False, "chief")
    assert question.value["options"][0]["sets"] == ["fever_or_shivers"]
    assert "type “string”" in html
    assert "rules, levels of urgency and advice" in html
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert PageLogEntry.objects.filter(page=page.pk, user__username="chief").exists()
    assert page.problems()


def test_what_has_no_rules_cannot_be_released(editor):
    hand_in(editor, GOOD)
    page = ProtocolPage.objects.get(code="knee").get_latest_revision_as_object()
    page.audience, page.intro, page.emergency = "Adults", "<p>Short.</p>", "it is bad"

    with pytest.raises(RefusedError):
        page.save_revision().publish()
    page.refresh_from_db()
    assert not page.live
    assert editor.get("/check/knee/").status_code == 410


@pytest.mark.parametrize(
    ("body", "key", "words"),
    [
        (b"<Questionnaire/>", "knee", "no JSON"),
        (b"\xff\xfe", "knee", "UTF-8"),
        (b"[" * 100_000, "knee", "no JSON"),
        ({"resourceType": "Patient"}, "knee", "no FHIR Questionnaire"),
        (GOOD, "calf", "There is a protocol “calf” already"),
        (GOOD, "Knee_1", "small letters"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_changes(editor, body, key, words):
    before = ProtocolPage.objects.count()

    answer = hand_in(editor, body, key)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert ProtocolPage.objects.count() == before


def test_a_large_file_is_not_read(editor, monkeypatch):
    monkeypatch.setattr(importing, "LIMIT", 10)
    monkeypatch.setattr("triage.import_views.LIMIT", 10)

    assert "larger than" in hand_in(editor, GOOD).content.decode()


def test_whoever_may_not_write_protocols_may_not_take_one_in(protocols, client):
    somebody = get_user_model().objects.create_user("reader", "reader@example.org", "x")
    client.force_login(somebody)

    assert hand_in(client, GOOD).status_code in {302, 403}
    assert not ProtocolPage.objects.filter(code="knee").exists()


def test_the_command_prints_what_was_lost(protocols, tmp_path, capsys):
    get_user_model().objects.create_user("chief", "chief@example.org", "x")
    file = tmp_path / "form.json"
    file.write_text(json.dumps(GOOD))

    call_command("import_questionnaire", str(file), "knee", by="chief")

    assert "an item of type “string”: a check asks for choices and whole numbers only (a)" in capsys.readouterr().out
    assert not ProtocolPage.objects.get(code="knee").live
    with pytest.raises(CommandError, match="already"):
        call_command("import_questionnaire", str(file), "knee", by="chief")
    with pytest.raises(CommandError, match="no account"):
        call_command("import_questionnaire", str(file), "hip", by="nobody")
