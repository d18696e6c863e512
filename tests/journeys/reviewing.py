"""How a text goes through the review in a browser: submitted by its author, signed by two other people."""

from collections.abc import Iterable

from playwright.sync_api import Page

from tests.journeys.conftest import PASSWORD


def submit(page: Page) -> str:
    """Submit the text that is open in the editor; return where its author is led."""
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Submit to Medical review").click()
    page.wait_for_load_state()
    return page.url


def sign(page: Page, review: str) -> str:
    """Answer everything with yes and sign; return what the site says then."""
    page.goto(review)
    for box in page.locator("input[type=radio][value=yes]").all():
        box.check()
    page.check("[name=whole_page]")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign this text").click()
    page.wait_for_url("**/admin/review/")
    return page.locator(".messages").inner_text()


def signed_by(people: Iterable[Page], review: str) -> None:
    """Let reviewers sign until the text is public."""
    assert "/admin/review/" in review, "it was not submitted"
    assert any("is public now" in sign(one, review) for one in people), "it was signed, and is not public"
