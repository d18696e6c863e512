"""One text from its author to its readers and back, as people do it: every step in a real browser."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from articles.models import TermPage
from review import doors
from review.models import Standing
from tests.journeys.reviewing import sign, submit

pytestmark = pytest.mark.journey
WORD = "/words/oedema/"
DRAFT, FINAL = " It lasts 40 days.", " It lasts 4 days."


@pytest.fixture
def walk(live_site, somebody, in_the_site):
    """The people of the review, each in a browser of their own."""
    return Walk(live_site, somebody, in_the_site)


class Walk:
    """What each of them does, by the words on the screens."""

    def __init__(self, site, somebody, in_the_site):
        self.site, self.in_the_site = site, in_the_site
        self.author, self.first, self.second, self.reader = (
            somebody(name) for name in ("demo-author", "demo-reviewer", "demo-reviewer-2", "")
        )
        with in_the_site():
            self.pk = TermPage.objects.get(slug="oedema").pk

    def writes(self, words, *, gone=0):
        """The author changes the end of the definition and submits; return the address of the review."""
        page = self.author
        page.goto(f"{self.site}/admin/pages/{self.pk}/edit/")
        told = page.locator(".messages").inner_text() if page.locator(".messages").count() else ""
        editor = page.locator("[data-contentpath=definition] [role=textbox]")
        editor.click()
        page.keyboard.press("ControlOrMeta+End")
        for _ in range(gone):
            page.keyboard.press("Backspace")
        page.keyboard.type(words)
        # The editor writes into the form a moment after the last key.
        page.wait_for_function("words => document.querySelector('[name=definition]').value.includes(words)", arg=words)
        return submit(page), told

    def reads(self):
        """A reader opens the page; return the status and all words."""
        answer = self.reader.goto(self.site + WORD)
        return answer.status, self.reader.inner_text("main")

    def decides(self, page, field, why, button):
        """A reviewer does something about the public page, with a reason; return what the screen says."""
        page.goto(f"{self.site}/admin/review/page/{self.pk}/")
        if field == "#why":
            page.get_by_role("link", name="Show readers this text again").last.click()
        page.fill(field, why)
        page.get_by_role("button", name=button).last.click()
        page.locator(".messages").wait_for()
        return page.locator(".messages").inner_text()

    def falls_due(self, *, days_ago):
        """Years go by."""
        with self.in_the_site(), transaction.atomic(), doors.open_for([self.pk]):
            Standing.objects.filter(pk=self.pk).update(due_on=timezone.localdate() - timedelta(days_ago))


def test_a_text_from_its_author_to_its_readers_and_back(walk):
    before = walk.reads()[1]

    review, _ = walk.writes(DRAFT)
    first = walk.first
    first.goto(review)
    assert "number" in first.inner_text(".review-look")
    assert DRAFT.strip() in first.inner_text("#changes + p + ol")
    first.locator("summary", has_text="Ask for a change here").first.click()
    first.fill("[name=reason-1]", "Four days, not forty.")
    first.get_by_role("button", name="Request changes").click()
    assert "Sent back" in first.locator(".messages").inner_text()

    again, told = walk.writes(FINAL, gone=len(DRAFT))
    assert "Four days, not forty." in told
    assert again != review
    assert "One more reviewer has to sign" in sign(first, again)
    assert walk.reads() == (200, before)
    assert "is public now" in sign(walk.second, again)
    status, text = walk.reads()
    assert (status, FINAL.strip() in text, DRAFT.strip() in text) == (200, True, False)

    assert "Withdrawn" in walk.decides(first, "#reason", "A fault", "Withdraw at once")
    assert walk.reads()[0] == 404
    asked = walk.decides(walk.second, "#why", "It was better", "Ask for a second reviewer")
    assert "until a second reviewer agrees" in asked
    assert walk.reads()[0] == 404
    assert "earlier text again" in walk.decides(first, "#why", "I agree", "I agree: roll back to this text")
    status, text = walk.reads()
    assert (status, FINAL.strip() in text) == (200, False)

    walk.falls_due(days_ago=1)
    assert "The next review of this page is late." in walk.reads()[1]
    walk.falls_due(days_ago=-900)
    walk.reader.goto(f"{walk.site}/ledger/{walk.pk}/")
    kinds = walk.reader.locator(".ledger h2").all_inner_texts()
    assert [kind.split()[3] for kind in kinds] == ["Rolled", "Withdrawn", "Released", "Released"]
