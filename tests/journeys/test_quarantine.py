"""Raw text comes in, its claims are decided, an article is built from one of them, reviewed and read: in a browser."""

import os
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from articles.models import ClaimIndexPage, ClaimPage, LedgerClaim, SourcePage
from tests.journeys import axe
from tests.journeys.conftest import PASSWORD
from tests.review.making import DESCRIPTION

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[2]
RAW = Path(os.environ.get("RAW_TEXTS") or ROOT.parent / "shared" / "seeds")
TEXTS = sorted(RAW.glob("*.txt")) or sorted((ROOT / "tests/articles/quarantine/texts").glob("*.txt"))
OWN_WORDS = "Nobody has shown that knee socks cure anything."


@pytest.fixture
def draft(live_site, in_the_site):
    """The draft of an article by the author, in words of their own."""
    with in_the_site():
        source = SourcePage.objects.get(slug="nhs-website")
        page = ClaimPage(
            title="Do knee socks cure cramps?", slug="knee-socks", code="Z50", live=False, verdict="unsupported",
            often_said="Knee socks cure.", statement=f"<p>{OWN_WORDS}</p>", why="<p>There are no studies.</p>",
            certainty="very_low", search_description=DESCRIPTION,
            owner=get_user_model().objects.get(username="demo-author"),
            citations=[{"type": "citation", "value": {"source": source.pk, "place": "Cramps"}}],
        )  # fmt: skip
        ClaimIndexPage.objects.get().add_child(instance=page)
        page.save_revision(user=page.owner)
    return page


def bring_in(page, site, file):
    page.goto(f"{site}/admin/raw-texts/bring-in/")
    page.fill("[name=title]", file.stem)
    page.fill("[name=language_path]", "not known, by machine, into English")
    page.set_input_files("[name=file]", str(file))
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_selector(".quarantine-text")
    return page.url


def decide(page, key, reason, *, source=""):
    """Decide about the claim that is open, by keyboard as far as there are keys; what comes next is another claim."""
    heading = page.inner_text("#claim-heading")
    page.keyboard.press(key)
    page.keyboard.press("r")
    page.keyboard.type(reason)
    if source:
        page.locator("#decide summary").click()
        page.select_option("[name=source]", label=source)
        page.fill("[name=place]", "Page on cramps")
    page.get_by_role("button", name="Decide").first.click()
    page.wait_for_function(
        "before => (document.querySelector('#claim-heading')?.innerText ?? before) !== before", arg=heading
    )


def submit(page, site, pk):
    page.goto(f"{site}/admin/pages/{pk}/edit/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Submit to Medical review").click()
    page.wait_for_load_state()
    return page.url


def sign(page, review):
    page.goto(review)
    assert "This page is built from 1 claim" in page.inner_text("main")
    for box in page.locator("input[type=radio][value=yes]").all():
        box.check()
    page.check("[name=whole_page]")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign this text").click()
    page.wait_for_url("**/admin/review/")
    return page.locator(".messages").inner_text()


def test_from_raw_text_to_readers(live_site, somebody, in_the_site, draft):
    author, reader = somebody("demo-author"), somebody("")
    ledgers = [bring_in(author, live_site, file) for file in TEXTS[:2]]
    assert len(set(ledgers)) == 2
    assert author.locator(".quarantine-text mark").count() or "0 of" in author.inner_text(".quarantine-progress")
    author.goto(ledgers[1])
    assert axe.faults(author) == []

    author.goto(ledgers[0])
    title = author.locator("[name=source] option").nth(1).text_content()
    decide(author, "1", "Well known.", source=title)
    decide(author, "4", "Nobody can tell what was meant.")
    assert "2 of" in author.inner_text(".quarantine-progress")
    author.goto(f"{ledgers[0]}?show=headings")
    author.check("[name=shown]")
    author.fill("#bulk-reason", "A heading.")
    author.get_by_role("button", name="Decide for all ticked").click()
    assert "claims: out of scope" in author.inner_text(".messages")

    author.get_by_role("link", name="Build a page from accepted claims").click()
    author.locator("[name=claims]").first.check()
    author.select_option("[name=page]", str(draft.pk))
    author.get_by_role("button", name="This page is built from them").click()
    author.wait_for_selector(".messages")

    first = f"{ledgers[0]}?at="
    with in_the_site():
        claim = LedgerClaim.objects.get(uses__page=draft.pk)
    author.goto(f"{first}{claim.pk}#claim")
    author.locator(".quarantine-more summary").click()
    author.fill("#reopen-reason", "I want to look at the source again.")
    author.get_by_role("button", name="Open again").click()
    author.wait_for_load_state()
    assert "/admin/review/" not in submit(author, live_site, draft.pk)
    assert "is undecided. Decide it in the ledger" in author.inner_text("main")

    author.goto(f"{first}{claim.pk}#claim")
    decide(author, "1", "The source says so.", source=title)
    review = submit(author, live_site, draft.pk)
    assert "/admin/review/" in review
    for name in ("demo-reviewer", "demo-reviewer-2"):
        told = sign(somebody(name), review)
        if "is public now" in told:
            break
    assert "is public now" in told
    assert reader.goto(f"{live_site}{draft.url}").status == 200
    shown = reader.inner_text("main")
    assert OWN_WORDS in shown
    assert claim.words not in shown
    assert reader.goto(ledgers[0]).url.startswith(f"{live_site}/admin/login/")
