"""The public ledger, and the script that checks it without this project."""

import importlib.util
import itertools
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from wagtail.models import Site

from articles.models import InfoPage
from review import actions, ledger
from review.models import Release
from tests.review import making
from tests.review.making import LATER, NOW

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "verify_ledger.py"
spec = importlib.util.spec_from_file_location("verify_ledger", SCRIPT)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)


@pytest.fixture(scope="module")
def made(made_once):
    with made_once():
        first, second = making.info(body="<p>First words of ours.</p>"), making.info(title="Another page")
        first, second = making.released(first), making.released(second)
        first = making.released(making.edited(first, body="<p>Second words of ours.</p>"))
        actions.withdraw(page=second, by=making.reviewer(), now=LATER, reason="A fault")
    return first.pk, second.pk


@pytest.fixture
def pages(made):
    return tuple(InfoPage.objects.get(pk=pk) for pk in made)


def downloaded(client, address: str) -> dict:
    return json.loads(client.get(address).content)


def test_a_page_is_known_by_the_address_of_the_site_whatever_host_wagtail_has_on_record(client, pages, settings):
    settings.SITE_URL = "https://guidance.example.org"
    page = pages[0]

    assert Site.objects.get().hostname == "localhost"
    assert page.full_url == f"https://guidance.example.org{page.url}"
    assert downloaded(client, f"/ledger/{page.pk}/content.json")["address"] == page.full_url


def test_a_downloaded_ledger_verifies(client, pages, tmp_path):
    path = tmp_path / "ledger.json"
    path.write_bytes(client.get("/ledger.json").content)

    command = [sys.executable, "-I", SCRIPT, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own script

    assert (done.returncode, done.stdout) == (0, f"{Release.objects.count()} entries: all is well.\n")


def test_the_script_uses_the_standard_library_alone():
    code = f"import runpy, sys; sys.argv = ['x', '--help']; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    command = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # our own script

    assert done.returncode == 0


FIELDS = ["title", "summary", "fingerprint", "signers", "released_at", "kind", "previous"]


def test_any_altered_value_is_found_at_its_entry(client, pages):
    found = downloaded(client, "/ledger.json")
    for entry, field in itertools.product(found["entries"][-4:], FIELDS):
        value, entry[field] = entry[field], "x"

        assert f"entry {entry['number']} (page {entry['page_id']}): altered" in verify.chain_faults(found)
        entry[field] = value
    assert verify.chain_faults(found) == []


def test_a_removed_entry_is_found(client, pages):
    found = downloaded(client, "/ledger.json")
    for place in range(-4, 0):
        entry = found["entries"].pop(place)

        assert verify.chain_faults(found)
        found["entries"].insert(len(found["entries"]) + place + 1, entry)
    assert verify.chain_faults(found) == []


def test_a_ledger_of_one_page_verifies_by_itself(client, pages):
    found = downloaded(client, f"/ledger/{pages[0].pk}/ledger.json")

    assert len(found["entries"]) == 2
    assert verify.chain_faults(found) == []
    del found["entries"][0]
    where = f"entry {found['entries'][0]['number']} (page {pages[0].pk})"
    assert verify.chain_faults(found) == [f"{where}: does not follow the entry before it of this page"]


def test_the_live_content_is_what_was_signed(client, pages):
    page = pages[0]
    found = downloaded(client, f"/ledger/{page.pk}/content.json")
    entry = downloaded(client, f"/ledger/{page.pk}/ledger.json")["entries"][-1]

    assert verify.content_faults(entry, found) == []
    found["fields"]["title"] += "!"
    assert verify.content_faults(entry, found) == [
        f"page {page.pk}: is made of another text than the one signed in entry {entry['number']}"
    ]


def test_a_byte_of_the_live_page_is_missed(pages, monkeypatch):
    page = pages[0]
    monkeypatch.setattr(type(page), "public_fields", frozenset({"title", "body"}))
    content = ledger.live_content(page)
    entry = Release.objects.filter(page_id=page.pk).last().body()

    assert verify.page_faults(entry, content, "<h1>About</h1><p>Second <b>words</b> of ours.</p>") == []
    assert verify.page_faults(entry, content, "<p>Second words of others.</p>") == [
        f"page {page.pk}: a signed sentence is not on the page: “second words of ours”"
    ]


def test_a_page_on_hold_is_said_to_be_and_one_that_only_hides_is_wrong(client, pages, monkeypatch):
    page, found = pages[0], downloaded(client, f"/ledger/{pages[0].pk}/ledger.json")

    def fetch(address):
        answer = client.get(urlsplit(address).path)
        if answer.status_code != 200:
            raise HTTPError(address, answer.status_code, "", None, None)
        return answer.content.decode()

    monkeypatch.setattr(verify, "fetch", fetch)
    source = "http://localhost/ledger.json"
    assert verify.live_faults(found, source) == ([], [])

    actions.hold(page=page, by=making.reviewer(), now=LATER, reason="A doubt")
    wrong, held = verify.live_faults(found, source)
    assert wrong == []
    assert held[0].startswith(f"page {page.pk}: on hold, ")

    monkeypatch.setattr(verify, "shown_at", lambda *_: "")
    monkeypatch.setattr(ledger.facts, "held", lambda page: frozenset())
    assert verify.live_faults(found, source)[0]


def test_only_declared_fields_are_published(client, pages):
    found = downloaded(client, f"/ledger/{pages[0].pk}/content.json")

    assert found["fields"].keys() == pages[0].public_fields == {"title", "body"}
    assert "search_words" in found["hashes"]


def test_the_ledger_of_a_withdrawn_page_stays_and_says_why(client, pages):
    page = pages[1]

    answer = client.get(f"/ledger/{page.pk}/")

    assert answer.status_code == 200
    assert "A fault" in answer.content.decode()
    assert client.get(f"/ledger/{page.pk}/content.json").status_code == 404


def test_a_page_without_release_has_no_ledger(client):
    assert client.get(f"/ledger/{making.info().pk}/").status_code == 404


def test_a_changed_profile_changes_nothing_public(client, pages):
    entry = Release.objects.filter(page_id=pages[0].pk).last()
    before = client.get(f"/ledger/{pages[0].pk}/ledger.json").content
    keeper, holder = making.keeper(), making.reviewer()
    for credential in type(holder.credentials.get()).objects.all():
        actions.record_credential(holder=credential.holder, by=keeper, now=LATER + timedelta(1), credential=credential,
                                  name="Another name")  # fmt: skip

    assert client.get(f"/ledger/{pages[0].pk}/ledger.json").content == before
    assert entry.signers[0]["name"] != "Another name"
    assert NOW.date() == entry.reviewed_on
