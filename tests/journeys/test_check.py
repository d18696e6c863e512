"""A visitor goes through the checks: with and without JavaScript, by keyboard, to every disposition."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.journey

CALM = {"age": "from_18_to_59", "tiptoe": "yes"}
ENDS = {
    "emergency_now": ("calf", {"breathless"}),
    "ed_now": ("calf", {"dark_urine"}),
    "same_day": ("calf", {"pain_one_leg", "prior_clot"}),
    "routine": ("calf", {"lasting_over_1_week"}),
    "self_care": ("calf", {"after_new_exercise", "improving"}),
}
PREGNANT = {
    "emergency_now": ("pregnancy", {"pregnant", "seizure"}),
    "ed_now": ("pregnancy", {"pregnant", "reduced_baby_movements"}),
    "same_day": ("pregnancy", {"pregnant", "calf_tender"}),
    "routine": ("pregnancy", {"pregnant", "urge_to_move_legs"}),
    "self_care": ("pregnancy", {"pregnant", "night_cramps"}),
}
INSIDE = {"x": 36, "y": 16}
"""A point of the zone; the middle of the box around it belongs to its neighbour."""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What the strictest policy allows a public page to do; a page that needs more fails here.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)


def start(page: Page, site: str, slug: str) -> None:
    page.goto(f"{site}/check/{slug}/")
    page.get_by_role("button", name="Start: it is about me").press("Enter")
    page.locator("input[name=q]").wait_for(state="attached")


def answer(page: Page, facts: set[str]) -> None:
    """Answer one question by keyboard alone: Space on a box, Enter on the button."""
    key = page.locator("input[name=q]").get_attribute("value")
    values = page.locator("input[name=answer]").evaluate_all("boxes => boxes.map(box => box.value)")
    number = page.locator("#answer-number")
    if number.count():
        number.fill("")
        number.focus()
        page.keyboard.type("22")
    else:
        wanted = [one for one in values if one in facts]
        calm = CALM.get(key, "none" if "none" in values else "no")
        for value in wanted or [calm]:
            box = page.locator(f'input[name=answer][value="{value}"]')
            box.focus()
            if not box.is_checked():
                page.keyboard.press("Space")
            assert box.is_checked()
    shown = page.locator("#main").inner_text()
    page.locator(".button--go").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("was => document.getElementById('main')?.innerText !== was", arg=shown)


def walk(page: Page, facts: set[str], until: str = "") -> None:
    for _ in range(40):
        shown = page.locator("input[name=q]")
        if not shown.count() or shown.get_attribute("value") == until:
            return
        answer(page, facts)


def to_result(page: Page, facts: set[str]) -> None:
    walk(page, facts)
    if not page.locator("[data-result]").count():
        page.locator(".button--go").press("Enter")
        page.locator("[data-result]").wait_for()


def faults(page: Page) -> list[object]:
    return [
        (one["id"], [node["target"] for node in one["nodes"]][:3]) for one in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize(("level", "way"), [*ENDS.items(), *PREGNANT.items()])
def test_every_disposition_is_reached_without_javascript_by_keyboard(live_site, reader_without_javascript, level, way):
    page = reader_without_javascript
    start(page, live_site, way[0])
    to_result(page, way[1])

    assert page.locator("[data-result]").get_attribute("data-result") == level
    assert page.url == f"{live_site}/check/{way[0]}/"
    assert page.evaluate(WIDE) <= 0


@pytest.mark.parametrize(("level", "way"), ENDS.items())
def test_every_disposition_is_reached_with_javascript(live_site, phone_reader, level, way):
    posted: list[str] = []
    phone_reader.on(
        "request", lambda request: posted.append(request.resource_type) if request.method == "POST" else None
    )
    start(phone_reader, live_site, way[0])
    to_result(phone_reader, way[1])

    assert phone_reader.locator("[data-result]").get_attribute("data-result") == level
    assert set(posted) == {"xhr"}
    assert faults(phone_reader) == []
    assert phone_reader.evaluate(WIDE) <= 0
    phone_reader.set_viewport_size({"width": 1280, "height": 900})
    assert faults(phone_reader) == []
    assert phone_reader.evaluate(WIDE) <= 0
    assert phone_reader.locator("h1").count() == 1


WORSE = [
    ("routine", "pregnancy_legs", "urge_to_move_legs"),
    ("same_day", "where", "calf_tender"),
    ("ed_now", "baby", "reduced_baby_movements"),
]


def test_the_pregnancy_check_gets_more_urgent_by_changing_one_answer_after_the_other(live_site, phone_reader):
    page = phone_reader
    start(page, live_site, "pregnancy")
    to_result(page, PREGNANT["self_care"][1])
    assert page.locator("[data-result]").get_attribute("data-result") == "self_care"
    facts = set(PREGNANT["self_care"][1])
    for level, question, sign in WORSE:
        page.evaluate("history.back()")
        page.locator("input[name=q]").wait_for(state="attached")
        walk(page, facts)
        page.locator(f"button[value='change:{question}']").press("Enter")
        page.locator(f'input[name=q][value="{question}"]').wait_for(state="attached")
        facts.add(sign)
        to_result(page, facts)

        assert page.locator("[data-result]").get_attribute("data-result") == level
        assert page.evaluate(WIDE) <= 0


@pytest.mark.parametrize("javascript", ["phone_reader", "reader_without_javascript"])
def test_tab_space_and_enter_are_enough(request, live_site, javascript):
    page = request.getfixturevalue(javascript)
    page.goto(f"{live_site}/check/calf/")

    def press_until(wanted: str, key: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("e => document.activeElement.matches(e)", wanted):
                page.keyboard.press(key)
                return
        raise AssertionError(f"{wanted} cannot be reached")

    def chosen() -> str | None:
        return page.evaluate("() => document.querySelector('[name=answer]:checked')?.value")

    press_until("[name=who][value=me]", "Enter")
    page.locator('input[name=q][value="age"]').wait_for(state="attached")
    # one Tab leads to a group of radio buttons, and the arrows lead on
    press_until("[name=answer]", "Space")
    while chosen() != "from_18_to_59":
        page.keyboard.press("ArrowDown")
    for question, value in (("pregnancy", "none"), ("danger", "breathless")):
        press_until(".button--go", "Enter")
        page.locator(f'input[name=q][value="{question}"]').wait_for(state="attached")
        press_until(f'[name=answer][value="{value}"]', "Space")
        assert chosen() == value
    press_until(".button--go", "Enter")
    page.locator("[data-result]").wait_for()
    assert page.locator("[data-result]").get_attribute("data-result") == "emergency_now"


@pytest.mark.parametrize("stop", ["age", "danger", "place", "weeks"])
def test_questions_have_no_axe_violation_with_and_without_an_error(live_site, reader, stop):
    start(reader, live_site, "calf" if stop == "place" else "pregnancy")
    walk(reader, {"pregnant"} if stop == "weeks" else set(), stop)
    assert faults(reader) == []

    reader.locator(".button--go").press("Enter")
    reader.locator(".error-summary").wait_for()
    assert faults(reader) == []
    assert reader.evaluate("document.activeElement.className") == "error-summary"
    assert reader.title().startswith("Error: ")
    assert reader.evaluate(WIDE) <= 0


@pytest.mark.parametrize("path", ["", "calf/", "calf/paper/", "receipt/", "cleared/", "no-such-check/"])
def test_pages_around_the_questions_have_no_axe_violation(live_site, reader, path):
    reader.goto(f"{live_site}/check/{path}")

    assert faults(reader) == []
    assert reader.evaluate(WIDE) <= 0


@pytest.mark.parametrize("scheme", ["dark", "forced"])
def test_dark_and_forced_colours_have_no_axe_violation(live_site, reader, scheme):
    if scheme == "dark":
        reader.emulate_media(color_scheme="dark", reduced_motion="reduce")
    else:
        reader.emulate_media(forced_colors="active")
    start(reader, live_site, "calf")
    walk(reader, set(), "danger")
    rules = {} if scheme == "dark" else {"rules": {"color-contrast": {"enabled": False}}}
    assert Axe().run(reader, options=rules).response["violations"] == []

    to_result(reader, {"one_leg_swollen"})
    assert Axe().run(reader, options=rules).response["violations"] == []


def test_the_strictest_policy_breaks_nothing(live_site, reader):
    broken: list[str] = []
    reader.on("console", lambda message: broken.append(message.text) if message.type in {"error", "warning"} else None)
    reader.on("pageerror", lambda error: broken.append(str(error)))

    def with_policy(route):
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": POLICY})

    reader.route(re.compile(r"/check/"), with_policy)
    start(reader, live_site, "calf")
    walk(reader, {"pain_one_leg"}, "place")
    reader.locator(".pick-zone--calf-belly path").click(position=INSIDE)
    assert reader.locator("#answer-calf-belly").is_checked()
    to_result(reader, {"pain_one_leg"})

    assert broken == []


def test_the_drawing_ticks_the_list_without_javascript(live_site, reader_without_javascript):
    page = reader_without_javascript
    start(page, live_site, "calf")
    walk(page, set(), "place")

    page.locator(".pick-zone--outer-knee path").click()
    assert page.locator("#answer-outer-knee").is_checked()


def test_none_of_these_takes_the_other_ticks_away(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    walk(phone_reader, set(), "danger")
    phone_reader.locator("#answer-chest_pain").check()
    phone_reader.locator("#answer-none").check()

    assert not phone_reader.locator("#answer-chest_pain").is_checked()


def test_the_browsers_own_back_button_goes_back_and_forth_without_javascript(live_site, reader_without_javascript):
    page = reader_without_javascript
    start(page, live_site, "calf")
    walk(page, set(), "hospital")
    page.go_back()
    assert page.locator("input[name=q]").get_attribute("value") == "danger"
    page.go_forward()
    assert page.locator("input[name=q]").get_attribute("value") == "hospital"

    page.reload()
    assert page.locator("input[name=q]").get_attribute("value") == "hospital"


def test_the_browsers_own_back_button_goes_back_with_javascript(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    walk(phone_reader, set(), "hospital")
    phone_reader.evaluate("history.back()")
    phone_reader.locator('input[name=q][value="danger"]').wait_for(state="attached")

    assert phone_reader.locator("#answer-none").is_checked()
    assert "danger" not in str(phone_reader.evaluate("history.state"))


def test_an_answer_can_be_changed_and_the_check_left(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    walk(phone_reader, set())
    phone_reader.locator("button[value='change:swelling']").press("Enter")
    phone_reader.locator('input[name=q][value="swelling"]').wait_for(state="attached")
    to_result(phone_reader, {"yes"})
    assert phone_reader.locator("[data-result]").get_attribute("data-result") == "same_day"

    phone_reader.get_by_role("button", name="Erase and leave").press("Enter")
    phone_reader.wait_for_url("**/check/cleared/")
    assert "calf" not in phone_reader.locator("body").inner_text().lower()


def test_the_files_can_be_saved(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    to_result(phone_reader, {"after_new_exercise", "improving"})

    with phone_reader.expect_download() as waiting:
        phone_reader.get_by_role("button", name="Save the date in your calendar").click()
    assert waiting.value.suggested_filename == "reminder.ics"
    with phone_reader.expect_download() as waiting:
        phone_reader.get_by_role("button", name="Save as a file").click()
    assert waiting.value.suggested_filename == "check-summary.txt"
    assert phone_reader.locator("[data-result]").count() == 1


def test_the_sheet_fits_two_sides(live_site, phone_reader, tmp_path):
    for slug in ("calf", "pregnancy"):
        phone_reader.goto(f"{live_site}/check/{slug}/paper/")
        path = tmp_path / f"{slug}.pdf"
        margins = dict.fromkeys(("top", "bottom", "left", "right"), "8mm")
        phone_reader.pdf(path=path, format="A4", margin=margins)

        assert len(re.findall(rb"/Type\s*/Page[^s]", path.read_bytes())) <= 2


def test_styles_and_script_weigh_little(live_site, phone_reader):
    sizes: dict[str, int] = {}
    phone_reader.on(
        "response",
        lambda response: sizes.update({response.url: len(response.body())}) if "/static/" in response.url else None,
    )
    start(phone_reader, live_site, "calf")

    assert sum(size for url, size in sizes.items() if url.endswith(".js")) <= 8_000
