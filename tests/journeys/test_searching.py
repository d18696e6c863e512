"""Searching in a real browser: suggestions by keyboard, under the strictest policy, and without JavaScript."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import faults

pytestmark = pytest.mark.journey
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@pytest.fixture
def search_page(live_site: str, browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{live_site}/search/")
    yield page
    context.close()


def typed(page: Page, text: str) -> None:
    page.locator("#search-main").press_sequentially(text)
    expect(page.locator(".suggestions:visible [role=option]").first).to_be_visible()


def test_suggestions_are_chosen_by_keyboard(search_page):
    field = search_page.locator("#search-main")
    typed(search_page, "charl")

    search_page.keyboard.press("ArrowDown")

    chosen = search_page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert field.get_attribute("aria-expanded") == "true"
    assert chosen.get_attribute("aria-selected") == "true"
    assert chosen.inner_text() == "charley horse"
    search_page.keyboard.press("Enter")
    expect(search_page.get_by_role("link", name="Muscle cramp").first).to_be_visible()
    assert urlsplit(search_page.url).query == "q=charley+horse"


def test_escape_closes_the_list_and_keeps_what_was_typed(search_page):
    field = search_page.locator("#search-main")
    typed(search_page, "charl")

    search_page.keyboard.press("ArrowDown")
    search_page.keyboard.press("Escape")

    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "charl"
    assert field.get_attribute("aria-activedescendant") is None


def test_enter_without_a_choice_searches_for_what_was_typed(search_page):
    typed(search_page, "charl")

    search_page.keyboard.press("Enter")

    search_page.wait_for_url("**/search/?q=charl")


def test_an_open_list_has_no_faults_that_axe_knows(search_page):
    typed(search_page, "cramp")
    search_page.keyboard.press("ArrowDown")

    assert faults(search_page) == []


def test_suggestions_work_under_the_strictest_policy(live_site: str, browser: Browser):
    page, refused = browser.new_page(), []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))

    def strict(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": STRICT})

    page.route(f"{live_site}/search/", strict)
    page.goto(f"{live_site}/search/")
    typed(page, "cramp")

    assert refused == []
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_search_works_without_javascript(live_site: str, browser: Browser, width):
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{live_site}/search/")

    page.locator("#search-main").fill("cramsp")
    page.locator("#search-main").press("Enter")

    expect(page.get_by_text("These are the pages for")).to_be_visible()
    expect(page.get_by_role("link", name="Muscle cramp").first).to_be_visible()
    context.close()
