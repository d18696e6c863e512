"""Raw text comes in, an article is built from it, reviewed, read, translated, changed and read again: in a browser."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page

from articles.models import ClaimIndexPage, ClaimPage, HomePage, LedgerClaim, SourcePage, TranslationPage
from tests.articles.translations import conftest as translations
from tests.journeys import axe
from tests.journeys.reviewing import signed_by, submit
from tests.journeys.translating import NOTICE, ZH, released_below
from tests.review.making import DESCRIPTION

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[2]
OWN_TEXTS = sorted((ROOT / "tests/articles/quarantine/texts").glob("*.txt"))
RAW = Path(os.environ.get("RAW_TEXTS") or ROOT.parent / "shared" / "seeds")
OWN_WORDS = "Nobody has shown that knee socks cure anything."
WARNING = "Do not wear them at night."
TITLE, NEW_TITLE = "Do knee socks cure cramps?", "Do knee socks stop cramps?"
TITLE_IN_CHINESE, NEW_TITLE_IN_CHINESE = "及膝長襪能治抽筋嗎？", "及膝長襪能止住抽筋嗎？"
WORDS_IN_CHINESE = "沒有人證明及膝長襪能治好任何東西。"
NEW_WORDS_IN_CHINESE = "<p>沒有人證明及膝長襪能治好任何東西。晚上不要穿。</p>"
CHINESE = {
    TITLE: TITLE_IN_CHINESE,
    "Knee socks cure.": "及膝長襪能治病。",
    OWN_WORDS: f"<p>{WORDS_IN_CHINESE}</p>",
    "There are no studies.": "<p>沒有研究。</p>",
    DESCRIPTION: "這一頁用一句簡單的話說明讀者會得到什麼。",
}


def drafted(in_the_site, slug, code):
    """Return the draft of an article by the author, in words of their own."""
    with in_the_site():
        source = SourcePage.objects.get(slug="nhs-website")
        page = ClaimPage(
            title=TITLE, slug=slug, code=code, live=False, verdict="unsupported",
            often_said="Knee socks cure.", statement=f"<p>{OWN_WORDS}</p>", why="<p>There are no studies.</p>",
            certainty="very_low", search_description=DESCRIPTION,
            owner=get_user_model().objects.get(username="demo-author"),
            citations=[{"type": "citation", "value": {"source": source.pk, "place": "Cramps"}}],
        )  # fmt: skip
        ClaimIndexPage.objects.get().add_child(instance=page)
        page.save_revision(user=page.owner)
    return page


def in_chinese(source):
    """Return an empty translation at its place, below the first page of its language with its notice."""
    home = HomePage.objects.get()
    first = released_below(home, home, stale_notice=NOTICE)
    return translations.draft(
        ClaimPage.objects.get(pk=source.pk), released_below(ClaimIndexPage.objects.get(), first), {}
    )


@dataclass
class People:
    """Who has a part in an article."""

    author: Page
    reviewers: tuple[Page, Page]
    reader: Page


@dataclass
class Languages:
    """Who has a part in a translation, the page and its translation."""

    site: str
    people: People
    source: ClaimPage
    page: TranslationPage

    def translate(self, words):
        """The author puts words to the texts of the source, and two people sign them."""
        open_in_editor(self.people.author, self.site, self.page.pk)
        for row in self.people.author.locator(".translation__pair").all():
            told = row.locator("p").first.inner_text().strip()
            if told in words:
                row.locator("textarea").fill(words[told])
        signed_by(self.people.reviewers, submit(self.people.author))

    def change_for_safety(self):
        """The author changes title and statement of the source, and two people sign that."""
        open_in_editor(self.people.author, self.site, self.source.pk)
        self.people.author.fill("[name=title]", NEW_TITLE)
        self.people.author.locator("[data-contentpath=statement] [role=textbox]").click()
        self.people.author.keyboard.press("ControlOrMeta+End")
        self.people.author.keyboard.type(f" {WARNING}")
        self.people.author.wait_for_function(
            "w => document.querySelector('[name=statement]').value.includes(w)", arg=WARNING
        )
        signed_by(self.people.reviewers, submit(self.people.author))

    def everywhere(self):
        """What the reader of the translation gets, by where."""
        address = f"/{ZH}{self.source.url}"
        assert self.people.reader.goto(self.site + address).status == 200
        found = {"page": self.people.reader.content()}
        self.people.reader.goto(f"{self.site}/{ZH}/search/?q=長襪")
        found["search"] = self.people.reader.content()
        programs = {
            "api": f"/api/v1/pages/find/?html_path={address}",
            "feed": "/feeds/releases/",
            "suggestions": "/search/suggest/?q=及膝",
        }
        for where, path in programs.items():
            answer = self.people.reader.request.get(self.site + path)
            found[where] = answer.text() if where == "feed" else json.dumps(answer.json(), ensure_ascii=False)
        return found


def follow_a_translation(told):
    """It is released; the source changes for safety; the reader never sees the old words; new ones are approved."""
    told.translate(CHINESE)
    found = told.everywhere()
    assert [where for where in found if TITLE_IN_CHINESE not in found[where]] == []
    assert WORDS_IN_CHINESE in found["page"]
    assert NOTICE not in "".join(found.values())

    told.change_for_safety()
    found = told.everywhere()
    assert [where for where in found if TITLE_IN_CHINESE in found[where] or WORDS_IN_CHINESE in found[where]] == []
    assert [where for where in found if NOTICE not in found[where]] == ["suggestions"]
    assert [where for where in found if NEW_TITLE not in found[where]] == ["suggestions"]
    assert [where for where in ("page", "api") if WARNING not in found[where]] == []

    told.translate({NEW_TITLE: NEW_TITLE_IN_CHINESE, f"{OWN_WORDS} {WARNING}": NEW_WORDS_IN_CHINESE})
    found = told.everywhere()
    assert [where for where in found if NEW_TITLE_IN_CHINESE not in found[where]] == []
    assert NEW_WORDS_IN_CHINESE[3:-4] in found["page"]
    assert NOTICE not in "".join(found.values())


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


def open_in_editor(page, site, pk):
    page.goto(f"{site}/admin/pages/{pk}/edit/")


@pytest.fixture
def people(somebody):
    return People(somebody("demo-author"), (somebody("demo-reviewer"), somebody("demo-reviewer-2")), somebody(""))


def from_raw_text_to_readers(live_site, people, in_the_site, draft, texts):
    """Two texts come in; what is built from a claim of the first waits for it, and is read once it is signed."""
    author, reader = people.author, people.reader
    ledgers = [bring_in(author, live_site, file) for file in texts]
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

    with in_the_site():
        claim = LedgerClaim.objects.get(uses__page=draft.pk)
    author.goto(f"{ledgers[0]}?at={claim.pk}#claim")
    author.locator(".quarantine-more summary").click()
    author.fill("#reopen-reason", "I want to look at the source again.")
    author.get_by_role("button", name="Open again").click()
    author.wait_for_load_state()
    open_in_editor(author, live_site, draft.pk)
    assert "/admin/review/" not in submit(author)
    assert "is undecided. Decide it in the ledger" in author.inner_text("main")

    author.goto(f"{ledgers[0]}?at={claim.pk}#claim")
    decide(author, "1", "The source says so.", source=title)
    open_in_editor(author, live_site, draft.pk)
    review = submit(author)
    people.reviewers[0].goto(review)
    assert "This page is built from 1 claim" in people.reviewers[0].inner_text("main")
    signed_by(people.reviewers, review)
    assert reader.goto(f"{live_site}{draft.url}").status == 200
    shown = reader.inner_text("main")
    assert OWN_WORDS in shown
    assert claim.words not in shown
    assert reader.goto(ledgers[0]).url.startswith(f"{live_site}/admin/login/")


def test_from_raw_text_to_readers(live_site, people, in_the_site):
    draft = drafted(in_the_site, "knee-socks", "Z50")
    from_raw_text_to_readers(live_site, people, in_the_site, draft, OWN_TEXTS[:2])


@pytest.mark.heavy
def test_readers_of_another_language_never_get_what_has_changed(live_site, people, in_the_site):
    draft = drafted(in_the_site, "socks-up-to-the-knee", "Z51")
    from_raw_text_to_readers(live_site, people, in_the_site, draft, sorted(RAW.glob("*.txt"))[:2] or OWN_TEXTS[2:4])
    with in_the_site():
        chinese = in_chinese(draft)
    follow_a_translation(Languages(live_site, people, draft, chinese))
