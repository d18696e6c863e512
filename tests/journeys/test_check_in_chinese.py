"""The reader of a check in Chinese, while its English changes for safety: the newest words, and a notice where they are
English; answers that are kept; Chinese words again once these are signed."""

import pytest
from django.db import transaction
from playwright.sync_api import Page

from articles.content.release import release_as_demonstration
from articles.models import CareRuleIndexPage, FindingPage, HomePage, TranslationPage
from tests import papers
from tests.factories import articles
from tests.journeys.test_check import send, shown
from tests.journeys.translating import NOTICE, ZH, released_below, translated_again
from tests.triage.conftest import mini_page
from tests.triage.test_numbers_on_paper import ink, missing
from triage.models import CheckIndexPage, ProtocolPage

pytestmark = [pytest.mark.journey, pytest.mark.heavy]
QUESTION, NEW_QUESTION = "Is one calf or leg newly bigger than the other?", "Is one calf or leg bigger than the other?"
QUESTION_IN_CHINESE, NEW_QUESTION_IN_CHINESE = "一條小腿或腿比另一條新近變大嗎？", "一條小腿或腿比另一條大嗎？"
ACTION, NEW_ACTION = "Be seen by a doctor today.", "Go to an emergency department now."
ACTION_IN_CHINESE, NEW_ACTION_IN_CHINESE = "今天就要給醫師看。", "現在就去急診。"
CHINESE = {QUESTION: QUESTION_IN_CHINESE, ACTION: ACTION_IN_CHINESE}


class Checked:
    """A small check with one rule of its own, and both in Chinese."""

    def __init__(self) -> None:
        self.rule = articles.care_rule(
            code="T-SWOLLEN", title="A swollen leg", finding=FindingPage.objects.get(code="one_leg_swollen")
        )
        self.page = mini_page(swollen="T-SWOLLEN")
        release_as_demonstration([self.page])
        home = HomePage.objects.get()
        first = TranslationPage.objects.filter(source=home, language=ZH).first() or released_below(
            home, home, stale_notice=NOTICE
        )
        checks = released_below(CheckIndexPage.objects.get(), first)
        rules = released_below(CareRuleIndexPage.objects.get(), first)
        self.rule_in_chinese = released_below(self.rule, rules, CHINESE)
        self.page_in_chinese = released_below(self.page, checks, CHINESE)

    def change_for_safety(self) -> None:
        """The question loses a word, and the rule sends people elsewhere."""
        self.rule.action = NEW_ACTION
        release_as_demonstration([self.rule])
        self.page = ProtocolPage.objects.get(pk=self.page.pk)
        question = next(block for block in self.page.questions if block.value["text"] == QUESTION)
        question.value["text"] = NEW_QUESTION
        release_as_demonstration([self.page])

    def approve_again(self) -> None:
        """The Chinese words are brought up to the new English ones, and signed."""
        translated_again(self.rule_in_chinese, {NEW_ACTION: NEW_ACTION_IN_CHINESE})
        translated_again(self.page_in_chinese, {NEW_QUESTION: NEW_QUESTION_IN_CHINESE})


class Reader:
    """Somebody who answers the check in Chinese."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.address = page, f"{site}/{ZH}/check/mini/"

    def question(self) -> str:
        """Answer the first question calmly; return what stands at the second."""
        self.page.goto(self.address)
        send(self.page, self.page.locator("[name=who][value=me]"))
        assert shown(self.page)["question"] == "danger"
        self.page.locator("#answer-none").check()
        send(self.page)
        assert shown(self.page)["question"] == "swelling"
        return self.page.inner_text("main")

    def result(self) -> str:
        """Say that one leg is swollen; return the result."""
        self.page.locator("#answer-yes").check()
        send(self.page)
        if shown(self.page)["question"] == "":
            send(self.page)
        assert shown(self.page)["level"] == "same_day"
        return self.page.inner_text("main")

    def in_another_language(self) -> str:
        """Press the switch, which takes the answers along; return what is read there."""
        button = self.page.locator("[data-language]")
        tag = button.get_attribute("lang")
        send(self.page, button)
        self.page.wait_for_function("tag => document.documentElement.lang === tag", arg=tag)
        shown(self.page)
        return self.page.inner_text("main")


def test_the_reader_of_a_check_in_chinese_never_gets_what_has_changed(live_site, phone_reader, in_the_site):
    with in_the_site(), transaction.atomic():  # what is released together is put on disk once
        checked = Checked()
    reader = Reader(phone_reader, live_site)
    assert QUESTION_IN_CHINESE in reader.question()
    assert QUESTION in reader.in_another_language()
    assert QUESTION_IN_CHINESE in reader.in_another_language()
    before = reader.result()
    assert ACTION_IN_CHINESE in before
    assert NOTICE not in before

    with in_the_site(), transaction.atomic():
        checked.change_for_safety()
    asked = reader.question()
    assert (NOTICE in asked, NEW_QUESTION in asked, QUESTION_IN_CHINESE in asked) == (True, True, False)
    told = reader.result()
    assert (NOTICE in told, NEW_ACTION in told, ACTION_IN_CHINESE in told) == (True, True, False)
    assert NEW_ACTION in reader.in_another_language()
    assert NOTICE in reader.in_another_language()

    with in_the_site(), transaction.atomic():
        checked.approve_again()
    assert NEW_QUESTION_IN_CHINESE in reader.question()
    told = reader.result()
    assert NEW_ACTION_IN_CHINESE in told
    assert NOTICE not in told
    assert missing(ink(papers.text_of(phone_reader.pdf())), ZH) == []
