"""Break a rule, meet the person for whom it goes wrong, see who is told otherwise, and repair it."""

import pytest

# Minutes on a busy machine: `make journeys` runs it, `make test` does not; tests/triage/test_proving.py has the parts.
pytestmark = [pytest.mark.journey, pytest.mark.heavy]


@pytest.fixture
def calf(live_site, administrator):
    """Return the number of the calf protocol."""
    found = administrator.goto(f"{live_site}/admin/api/main/pages/?slug=calf").json()["items"]
    return next(item["id"] for item in found if item["title"] == "Check a sore calf or leg")


RULE = "Signs of a blood clot in the lung"


def rules_of(page):
    page.get_by_role("tab", name="Rules").click()
    return page.locator("[data-contentpath=rules]")


def save(page):
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("has been updated").first.wait_for()


def test_a_broken_rule_shows_a_person_and_who_is_told_otherwise_until_it_is_repaired(live_site, administrator, calf):
    page, edit, proofs = (
        administrator,
        f"{live_site}/admin/pages/{calf}/edit/",
        f"{live_site}/admin/checks/{calf}/proofs/",
    )
    page.set_default_timeout(120_000)  # the form of a whole protocol is long, and a machine may be busy
    page.goto(edit)
    rules_of(page).locator("[data-streamfield-child]", has_text=RULE).get_by_title("Delete").click()
    save(page)

    page.goto(proofs)
    assert "Does not hold" in page.locator(".proof-state").first.inner_text()
    milder = "\n".join(page.locator(".change-milder").all_inner_texts())
    assert "“Call an ambulance now” becomes “Look after it at home”" in milder, milder
    page.get_by_role("link", name="Meet this person").first.click()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Run the draft to this result").first.click()
    assert "This is a run-through of a draft" in opened.value.inner_text("main")
    assert "Look after it at home" in opened.value.inner_text(".result__card")
    opened.value.close()

    page.goto(edit)
    rules = rules_of(page)
    rules.locator(".c-sf-add-button").first.click()
    rules.locator("[data-chooser-action-choose]:visible").first.click()
    page.locator(".modal-body input[name=q]").fill(RULE)
    page.locator(".modal-body a.choose-page", has_text=RULE).first.click()
    rules.get_by_text(RULE).first.wait_for()
    save(page)

    page.goto(proofs)
    assert "Proved" in page.locator(".proof-state").first.inner_text()
    assert "Nobody gets a different answer" in page.inner_text("main")
