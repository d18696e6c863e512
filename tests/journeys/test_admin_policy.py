"""The admin without inline script: every kind of page and every widget, while the browser reports what it forbids."""

from contextlib import suppress

import pytest
from PIL import Image
from playwright.sync_api import TimeoutError as NotYet

pytestmark = pytest.mark.journey

LISTEN = """
window.forbidden = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.forbidden.push([event.effectiveDirective, event.blockedURI, (event.sourceFile || "").split("/").pop()]);
});
"""
# The rich text editor writes two rules into each field; admin.css holds them, so what is forbidden is not missed.
RULES_OF_THE_RICH_TEXT = "style-src-elem inline vendor"
PLACES = [
    "", "pages/", "pages/search/?q=cramp", "pages/{guide}/", "pages/{guide}/copy/", "pages/{guide}/move/",
    "pages/{guide}/history/", "pages/{guide}/usage/", "pages/{guide}/revisions/compare/earliest...latest/",
    "pages/{protocol}/edit/", "pages/{source}/edit/", "checks/numbers/", "checks/{protocol}/try/",
    "checks/{protocol}/flow/", "checks/{protocol}/file/", "reports/aging-pages/", "reports/articles/use/", "review/",
    "review/1/", "review/page/{guide}/", "review/concerns/", "review/credentials/", "review/credentials/new/",
    "redirects/import/", "documents/", "documents/add/", "documents/multiple/add/", "images/", "images/add/",
    "images/multiple/add/", "review_checklist/new/", "users/", "users/new/", "groups/new/", "collections/add/",
    "account/", "workflows/tasks/select_type/", "login/", "password_reset/", "no-such-page/",
]  # fmt: skip


@pytest.fixture
def admin(live_site, administrator):
    """Go to places of the admin, and answer with what was forbidden there."""
    administrator.add_init_script(LISTEN)
    faults = []
    administrator.on("pageerror", lambda error: faults.append(str(error)))
    return Admin(live_site, administrator, faults)


class Admin:
    """The admin as a superuser sees it."""

    def __init__(self, site, page, faults):
        self.site, self.page, self.faults = site, page, faults

    def go(self, place):
        self.page.goto(f"{self.site}/admin/{place}")
        return self.page

    def number_of(self, address):
        """Return the id of the page at a public address, as the userbar of an editor names it."""
        self.page.goto(self.site + address)
        link = self.page.locator("wagtail-userbar a[href*='/edit/']").first.get_attribute("href")
        return int(link.split("/pages/")[1].split("/")[0])

    def protocol(self):
        """Return the id of the calf check; other kinds of page bear the slug too."""
        found = self.page.request.get(f"{self.site}/admin/api/main/pages/?slug=calf").json()["items"]
        return next(one["id"] for one in found if one["meta"]["type"] == "triage.ProtocolPage")

    def forbidden(self):
        """Return what was forbidden on this page, and the errors of scripts."""
        seen = [" ".join(one) for one in self.page.evaluate("window.forbidden")]
        faults, self.faults[:] = list(self.faults), []
        return [one for one in seen if not one.startswith(RULES_OF_THE_RICH_TEXT)] + faults


def test_no_page_of_the_admin_needs_what_the_policy_forbids(admin):
    numbers = {
        "guide": admin.number_of("/guides/calf-soreness/"),
        "source": admin.number_of("/sources/nice-ng158-vte/"),
        "protocol": admin.protocol(),
    }

    found = {}
    for place in PLACES:
        page = admin.go(place.format(**numbers))
        found[place] = admin.forbidden()
        assert page.locator("template[data-start]").count() == 0, f"{place}: a widget was not started"

    assert {place: what for place, what in found.items() if what} == {}


def test_choosers_panels_and_pickers_work_under_the_policy(admin):
    page = admin.go("sites/new/")
    page.click("[data-chooser-action-choose]")
    page.locator(".modal-body a.choose-page").first.click()
    assert page.inner_text("[data-chooser-title]")
    assert admin.forbidden() == []

    page = admin.go("workflows/add/")
    page.click("#id_workflow_tasks-ADD")
    page.click("#id_workflow_tasks-ADD")
    page.locator(".task-chooser [data-chooser-action-choose]").nth(1).click()
    page.locator(".modal-body").get_by_role("tab", name="Existing").click()
    page.locator(".modal-body a.task-choice").first.click()
    page.locator(".task-chooser").nth(1).get_by_text("Medical review").wait_for()
    assert admin.forbidden() == []

    page = admin.go("reports/site-history/")
    page.get_by_role("button", name="Show filters").click()
    page.get_by_role("button", name="Date").first.click()
    page.click("#id_timestamp_0")
    page.locator(".xdsoft_datetimepicker:visible .xdsoft_date").first.click()
    assert page.input_value("#id_timestamp_0")
    assert admin.forbidden() == []


def _choose_block(page, button, name):
    """Add a block; a new section slides in, and a list that opens meanwhile may close again."""
    option = page.get_by_role("option", name=name, exact=True).first
    for _ in range(10):
        button.click()
        with suppress(NotYet):
            option.wait_for(timeout=3_000)
            break
    option.click()


def test_the_editor_of_a_guide_works_under_the_policy(admin):
    page = admin.go(f"pages/{admin.number_of('/words/muscle-cramp/')}/edit/")
    page.wait_for_selector(".Draftail-Editor")
    for panel in ("status", "comments", "checks", "preview"):
        page.click(f"[data-side-panel-toggle={panel}]")
    # A new frame stands beside the old one until it has loaded; it comes last.
    shown = page.locator("[data-w-preview-target=iframe]").last.content_frame.locator("h1").first
    shown.wait_for()
    assert shown.inner_text()
    assert admin.forbidden() == []

    guides = admin.number_of("/guides/")
    page = admin.go(f"pages/add/articles/guidepage/{guides}/")
    page.locator("[data-contentpath=body] .c-sf-add-button").first.click()
    inside = page.locator("[data-contentpath=body] [data-contentpath=content] .c-sf-add-button")
    _choose_block(page, inside.first, "Techniques")
    page.locator("[data-contentpath=body] [data-chooser-action-choose]:visible").first.click()
    page.locator(".modal-body a.choose-page").first.click()
    assert page.locator("[data-contentpath=body] [data-chooser-title]").first.inner_text()
    assert admin.forbidden() == []


def test_a_picture_is_uploaded_and_chosen_in_the_editor_of_a_guide(admin, tmp_path):
    picture = tmp_path / "calf.png"
    Image.linear_gradient("L").resize((600, 400)).save(picture)
    page = admin.go(f"pages/add/articles/guidepage/{admin.number_of('/guides/')}/")
    body = page.locator("[data-contentpath=body]")
    body.locator(".c-sf-add-button").first.click()
    _choose_block(page, body.locator("[data-contentpath=content] .c-sf-add-button").first, "Picture")
    body.locator("[data-chooser-action-choose]:visible").first.click()

    window = page.locator(".modal-body")
    window.get_by_role("tab", name="Upload").click()
    window.locator("input[type=file]").set_input_files(picture)
    window.get_by_label("Title").last.fill("A calf from behind")
    window.get_by_role("button", name="Upload").click()

    body.get_by_role("img", name="A calf from behind").or_(body.locator("[data-chooser-image]")).first.wait_for()
    assert body.locator("input[name$=picture-image]").first.input_value().isdigit()
    assert admin.forbidden() == []
