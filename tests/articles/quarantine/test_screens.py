"""The screens of raw texts, as editors and reviewers use them; all forms work without a script."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import ClaimDecision, LedgerClaim, RawText, Ruling, SourcePage
from articles.quarantine.questions import review_part
from tests.articles.quarantine.making import TEXT, brought
from tests.articles.quarantine.test_actions import decided
from tests.review import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("knowing_nothing")]


@pytest.fixture
def editor(client):
    person = making.editor()
    client.force_login(person)
    return person


@pytest.fixture
def raw(editor):
    return brought(by=editor)


def address(name, *args):
    return reverse(f"quarantine:{name}", args=args)


def test_a_file_or_pasted_words_come_in(editor, client):
    told = {"title": "Wrists", "language_path": "not known"}
    file = SimpleUploadedFile("wrist.txt", TEXT.encode())
    for brings, why in (({}, "one of the two"), ({"file": file, "pasted": "x"}, "one of the two"),
                        ({"file": SimpleUploadedFile("a.txt", b"%PDF-1.7 x")}, "kind “pdf”")):  # fmt: skip
        refused = client.post(address("bring-in"), told | brings)
        assert (refused.status_code, why in refused.content.decode()) == (400, True)
    assert not RawText.objects.exists()

    answer = client.post(address("bring-in"), told | {"pasted": TEXT}, follow=True)
    raw = RawText.objects.get()
    assert (raw.file_name, raw.text.splitlines()) == ("pasted.txt", TEXT.splitlines())
    assert "0 of 4 claims decided" in answer.content.decode()
    assert raw.title in client.get(address("index")).content.decode()


def test_the_ledger_stands_beside_the_text_with_its_places(raw, client, django_assert_max_num_queries):
    claim = raw.claims.all()[2]
    with django_assert_max_num_queries(40):
        html = client.get(address("ledger", raw.pk), {"at": claim.pk}).content.decode()

    assert '<mark title="“the” stands twice in a row.">the the</mark>' in html
    assert "<h3" in html
    assert "Claim 3" in html
    assert html.count('aria-current="true"') == 2
    shown = client.get(address("ledger", raw.pk), {"show": "count"}).content.decode()
    assert "1 claim\n" in shown or "1 claim<" in shown


def test_a_decision_leads_to_the_next_open_claim(raw, client):
    first, second = raw.claims.all()[:2]
    choice = {"ruling": "out_of_scope", "reason": "Not a claim.", "show": "undecided", "at": first.pk}
    refused = client.post(address("decide", raw.pk, first.pk), choice | {"reason": ""})
    assert (refused.status_code, "Give a reason." in refused.content.decode()) == (400, True)

    answer = client.post(address("decide", raw.pk, first.pk), choice)
    assert answer["Location"] == f"{address('ledger', raw.pk)}?show=undecided&at={second.pk}#claim"
    assert ClaimDecision.objects.get().reason == "Not a claim."
    client.post(address("reopen", raw.pk, first.pk), {"reason": "Looked again."})
    first.refresh_from_db()
    assert first.ruling == Ruling.UNDECIDED


def test_many_at_once_and_taking_apart(raw, client):
    claims = list(raw.claims.values_list("pk", flat=True))
    client.post(address("bulk", raw.pk), {"claims": claims[:2], "ruling": "garbled", "reason": "Lost."})
    client.post(address("bulk", raw.pk), {"shown": "1", "show": "undecided", "ruling": "out_of_scope", "reason": "No."})
    rulings = list(raw.claims.values_list("ruling", flat=True))
    assert rulings == ["garbled", "garbled", "out_of_scope", "out_of_scope"]
    for wrong in ({"ruling": "garbled", "reason": "x"}, {"claims": claims, "ruling": "supported", "reason": "x"}):
        client.post(address("bulk", raw.pk), wrong)
    assert ClaimDecision.objects.count() == 4

    client.post(address("reopen", raw.pk, claims[0]), {"reason": "Looked again."})
    all_shown = {"shown": "1", "show": "all", "reason": "So."}
    client.post(address("bulk", raw.pk), all_shown | {"ruling": "out_of_scope"})
    rulings = list(raw.claims.values_list("ruling", flat=True))
    assert rulings == ["out_of_scope", "garbled", "out_of_scope", "out_of_scope"]
    client.post(address("bulk", raw.pk), all_shown | {"ruling": "undecided"})
    assert set(raw.claims.values_list("ruling", flat=True)) == {"undecided"}

    client.post(address("split", raw.pk, claims[1]), {"words": "2"})
    client.post(address("split", raw.pk, claims[1]), {"words": "²"})
    assert LedgerClaim.objects.count() == 5
    client.post(address("look-again", raw.pk))


def test_what_a_draft_is_to_be_called_is_told_to_whoever_may_edit_it(raw, editor, client):
    page = making.released(making.info(by=editor, title="Open page"))
    claim = decided(raw, 1, by=editor)
    client.post(address("build", raw.pk), {"claims": [claim.pk], "page": page.pk})
    making.edited(page, title="Not public yet", by=editor)
    places = [f"{address('ledger', raw.pk)}?at={claim.pk}", address("report", raw.pk), address("page", page.pk)]

    assert all("Not public yet" in client.get(place).content.decode() for place in places)
    client.force_login(making.reviewer())
    for place in places:
        html = client.get(place).content.decode()
        assert "Not public yet" not in html
        assert "Open page" in html


def test_from_the_ledger_to_a_page_and_its_report(raw, editor, client):
    page = making.info(by=editor)
    claim = decided(raw, 1, by=editor)
    assert claim.words in client.get(address("build", raw.pk)).content.decode()
    client.post(address("build", raw.pk), {"claims": [claim.pk], "page": page.pk})

    on_page = client.get(address("page", page.pk)).content.decode()
    assert "claim 2" in on_page
    assert SourcePage.objects.first().title in on_page
    decided(raw, 1, "undecided", by=editor)
    assert "This holds the page up" in client.get(address("page", page.pk)).content.decode()
    client.force_login(making.reviewer())
    report = client.get(address("report", raw.pk)).content.decode()
    assert all(one.words in report for one in raw.claims.all())
    assert address("report", raw.pk) in review_part(page)
    assert review_part(making.info(by=editor)) == ""
    assert client.post(address("stop-using", page.pk, claim.pk)).status_code in (302, 403)
    assert claim.uses.count() == 1


def test_no_address_of_the_public_site_knows_a_raw_text(raw, client):
    client.logout()
    for url in (address("index"), address("ledger", raw.pk), address("report", raw.pk)):
        assert "/admin/login/" in client.get(url)["Location"]


def test_a_long_ledger_comes_in_sheets_and_the_text_stays_whole(editor, client, monkeypatch):
    monkeypatch.setattr("articles.quarantine.queries.ON_A_SHEET", 3)
    raw = brought("\n".join(f"Claim {number} is here." for number in range(8)), by=editor)
    claims = list(raw.claims.all())

    middle = client.get(address("ledger", raw.pk), {"at": claims[4].pk}).content.decode()
    last = client.get(address("ledger", raw.pk), {"at": claims[7].pk}).content.decode()

    assert [middle.count(f'name="claims" value="{claim.pk}"') for claim in claims] == [0, 0, 0, 1, 1, 1, 0, 0]
    assert middle.count("quarantine-piece--undecided") == 8
    assert f"at={claims[0].pk}#list" in middle
    assert f"at={claims[6].pk}#list" in middle
    assert "Sheet 3 of 3" in last
    assert "Further claims" not in last


def test_what_was_said_last_is_filled_in_and_not_decided(raw, editor, client):
    first, second = raw.claims.all()[:2]
    source = SourcePage.objects.filter(live=True).first()
    said = {"ruling": "contested", "reason": "Two studies disagree.", "source": source.pk, "place": "Table 4"}

    shown = client.post(address("decide", raw.pk, first.pk), said, follow=True).content.decode()
    again = client.get(address("ledger", raw.pk), {"at": second.pk, "again": "1"}).content.decode()

    assert f'href="{address("ledger", raw.pk)}?at={first.pk}#claim"' in shown
    assert re.findall(r'name="ruling" value="(\w+)"[^>]* checked', again) == ["contested"]
    assert "Two studies disagree.</textarea>" in again
    assert f'<option value="{source.pk}" selected>' in again
    second.refresh_from_db()
    assert not second.is_decided
    client.force_login(making.editor(username="another"))
    assert "Fill in what I said last" not in client.get(address("ledger", raw.pk)).content.decode()


def test_hints_that_wait_are_a_choice_of_their_own(raw, client):
    hinted = next(claim for claim in raw.claims.all() if claim.hints)
    asked = {"show": "hinted-open"}
    before = client.get(address("ledger", raw.pk), asked).context["rows"]
    client.post(address("decide", raw.pk, hinted.pk), {"ruling": "garbled", "reason": "A word stands twice."})

    after = client.get(address("ledger", raw.pk), asked).context["rows"]

    assert {row.claim.pk for row in before} - {row.claim.pk for row in after} == {hinted.pk}
