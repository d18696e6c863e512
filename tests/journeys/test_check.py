"""A visitor goes through the checks: with and without JavaScript, by keyboard, to every disposition."""

import re
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import papers
from tests.journeys.axe import WIDE, faults_of_every_way
from tests.triage.test_numbers_on_paper import ink, missing

pytestmark = pytest.mark.journey

Facts = Mapping[str, set[str]]
"""What is ticked, by the question; where nothing is said, the answer is the calm one."""
CALM = {"age": {"from_18_to_59"}, "tiptoe": {"yes"}}
# From the mildest to the most urgent: each time one answer is changed and the result asked for again.
ENDS: dict[str, list[tuple[str, Facts]]] = {
    "calf": [
        ("self_care", {"before": {"after_new_exercise"}, "time": {"improving"}}),
        ("routine", {"time": {"lasting_over_1_week"}}),
        ("same_day", {"swelling": {"yes"}}),
        ("ed_now", {"hospital": {"dark_urine"}}),
        ("emergency_now", {"danger": {"breathless"}}),
    ],
    "pregnancy": [
        ("self_care", {"pregnancy": {"pregnant"}, "cramps": {"night_cramps"}}),
        ("routine", {"pregnancy_legs": {"urge_to_move_legs"}}),
        ("same_day", {"where": {"calf_tender"}}),
        ("ed_now", {"baby": {"reduced_baby_movements"}}),
        ("emergency_now", {"danger_pregnancy": {"seizure"}}),
    ],
}
SELF_CARE = ENDS["calf"][0][1]
INSIDE = {"x": 36, "y": 16}
"""A point of the zone; the middle of the box around it belongs to its neighbour."""
# What the strictest policy allows a public page to do; a page that needs more fails here.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
# A form that has been sent carries a mark, so what is read belongs to the step after it.
SHOWN = """() => {
  const main = document.getElementById("main");
  if (document.readyState === "loading" || !main || main.querySelector("[data-sent]")) return null;
  return {
    question: main.querySelector("input[name=q]")?.value ?? "",
    level: main.querySelector("[data-result]")?.dataset.result ?? "",
    number: Boolean(document.getElementById("answer-number")),
    boxes: [...main.querySelectorAll("input[name=answer]")].map(box => [box.value, box.type, box.checked]),
  };
}"""
SEND = """button => {
  button.form.dataset.sent = "";
  button.focus();
  const ticked = [...button.form.querySelectorAll("[name=answer]:checked")].map(box => box.value);
  return {ticked, plain: matchMedia("(scripting: none)").matches};
}"""


def shown(page: Page) -> dict[str, Any]:
    """Return the question, or the level of the result, as soon as it is there."""
    return page.wait_for_function(SHOWN, polling=10).json_value()


def start(page: Page, site: str, slug: str) -> None:
    page.goto(f"{site}/check/{slug}/")
    send(page, page.get_by_role("button", name="Start: it is about me"))


def send(page: Page, button: Any = None) -> list[str]:
    """Press Enter on a button, the one that leads on when none is named; return what was ticked."""
    sent = (button or page.locator("#main .button--go")).evaluate(SEND)
    # Without JavaScript a new document comes, and Chromium is slow to run a test's function in one on its own.
    with page.expect_event("domcontentloaded") if sent["plain"] else nullcontext():
        page.keyboard.press("Enter")
    return sent["ticked"]


def answer(page: Page, now: dict[str, Any], facts: Facts) -> None:
    """Answer one question by keyboard alone: Space on a box, Enter on the button."""
    if now["number"]:
        page.locator("#answer-number").fill("")
        page.keyboard.type("22")
        send(page)
        return
    values = [value for value, _, _ in now["boxes"]]
    wanted = facts.get(now["question"]) or CALM.get(now["question"]) or {"none" if "none" in values else "no"}
    # What is wrongly ticked first: a script may take "none of these" away by itself.
    for value, kind, ticked in sorted(now["boxes"], key=lambda box: box[0] in wanted):
        if (value in wanted) != ticked and (value in wanted or kind == "checkbox"):
            page.locator(f'#main [name=answer][value="{value}"]').press("Space")
    assert set(send(page)) == wanted


def walk(page: Page, facts: Facts, until: str = "") -> dict[str, Any]:
    """Answer until a question, or until there is none; return what is shown then."""
    for _ in range(40):
        now = shown(page)
        if not now["question"] or now["question"] == until:
            return now
        answer(page, now, facts)
    raise AssertionError("the check does not end")


def to_result(page: Page, facts: Facts) -> str:
    """Answer to the end; return the level of the result."""
    if level := walk(page, facts)["level"]:
        return level
    send(page)
    return shown(page)["level"]


def change(page: Page, question: str) -> None:
    """Go from the list of answers back to one question."""
    send(page, page.locator(f"button[value='change:{question}']"))
    assert shown(page)["question"] == question


def back_from_result(page: Page, facts: Facts, *, javascript: bool) -> None:
    """Go back with the browser's own button, and on to the list of answers."""
    if javascript:
        page.evaluate("history.back()")
        page.locator("[data-result]").wait_for(state="detached")
    else:
        page.go_back()
        page.evaluate("document.querySelector('[data-sent]')?.removeAttribute('data-sent')")
    walk(page, facts)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("slug", ENDS)
def test_every_disposition_is_reached_by_keyboard_at_phone_width(live_site, request, slug, javascript):
    page = request.getfixturevalue("new_reader" if javascript else "reader_without_javascript")
    posted: set[str] = set()
    if javascript:
        page.on("request", lambda request: posted.add(request.resource_type) if request.method == "POST" else None)
    facts: dict[str, set[str]] = {}
    for level, added in ENDS[slug]:
        if level in {"self_care", "emergency_now"}:  # from the first question; an urgent result ends the check at once
            start(page, live_site, slug)
        else:
            back_from_result(page, facts, javascript=javascript)
            change(page, *added)
        facts |= added

        assert to_result(page, facts) == level
        assert page.url == f"{live_site}/check/{slug}/"
        assert page.locator("h1").count() == 1
        if javascript and slug == "calf":
            assert faults_of_every_way(page) == {}
        else:
            assert page.evaluate(WIDE) <= 0
    assert posted == ({"xhr"} if javascript else set())


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


def test_questions_have_no_axe_violation_with_and_without_an_error(live_site, phone_reader):
    # One of each kind: one answer, a number, many, a place on the leg.
    for slug, stop in (("pregnancy", "age"), ("pregnancy", "weeks"), ("calf", "danger"), ("calf", "place")):
        start(phone_reader, live_site, slug)
        assert walk(phone_reader, {"pregnancy": {"pregnant"}}, stop)["question"] == stop
        assert faults_of_every_way(phone_reader, ["phone"]) == {}

        if stop == "weeks":
            phone_reader.locator("#answer-number").fill("")
        for box in phone_reader.locator("[name=answer]:checked").all():
            box.uncheck()
        send(phone_reader)
        phone_reader.locator(".error-summary").wait_for()
        assert faults_of_every_way(phone_reader) == {}
        assert phone_reader.evaluate("document.activeElement.className") == "error-summary"
        assert phone_reader.title().startswith("Error: ")


@pytest.mark.parametrize("path", ["", "calf/", "calf/paper/", "receipt/", "cleared/", "no-such-check/"])
def test_pages_around_the_questions_have_no_axe_violation(live_site, phone_reader, path):
    phone_reader.goto(f"{live_site}/check/{path}")

    assert faults_of_every_way(phone_reader) == {}


def test_the_strictest_policy_breaks_nothing(live_site, new_reader):
    broken: list[str] = []
    new_reader.on(
        "console", lambda message: broken.append(message.text) if message.type in {"error", "warning"} else None
    )
    new_reader.on("pageerror", lambda error: broken.append(str(error)))

    def with_policy(route):
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": POLICY})

    new_reader.route(re.compile(r"/check/"), with_policy)
    start(new_reader, live_site, "calf")
    walk(new_reader, {"where": {"pain_one_leg"}, "place": {"calf-belly"}}, "place")
    new_reader.locator(".pick-zone--calf-belly path").click(position=INSIDE)
    assert new_reader.locator("#answer-calf-belly").is_checked()
    to_result(new_reader, {"where": {"pain_one_leg"}, "place": {"calf-belly"}})

    assert broken == []


def test_the_drawing_ticks_the_list_without_javascript(live_site, reader_without_javascript):
    page = reader_without_javascript
    start(page, live_site, "calf")
    walk(page, {}, "place")

    page.locator(".pick-zone--outer-knee path").click()
    assert page.locator("#answer-outer-knee").is_checked()


def test_none_of_these_takes_the_other_ticks_away(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    walk(phone_reader, {}, "danger")
    phone_reader.locator("#answer-chest_pain").check()
    phone_reader.locator("#answer-none").check()

    assert not phone_reader.locator("#answer-chest_pain").is_checked()


def test_the_browsers_own_back_button_goes_back_and_forth_without_javascript(live_site, reader_without_javascript):
    page = reader_without_javascript
    start(page, live_site, "calf")
    walk(page, {}, "hospital")
    page.go_back()
    assert page.locator("input[name=q]").get_attribute("value") == "danger"
    page.go_forward()
    assert page.locator("input[name=q]").get_attribute("value") == "hospital"

    page.reload()
    assert page.locator("input[name=q]").get_attribute("value") == "hospital"


def test_the_browsers_own_back_button_goes_back_with_javascript(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    walk(phone_reader, {}, "hospital")
    phone_reader.evaluate("history.back()")
    phone_reader.locator('input[name=q][value="danger"]').wait_for(state="attached")

    assert phone_reader.locator("#answer-none").is_checked()
    assert "danger" not in str(phone_reader.evaluate("history.state"))


def test_an_answer_can_be_changed_and_the_check_left(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    walk(phone_reader, {})
    change(phone_reader, "swelling")
    assert to_result(phone_reader, {"swelling": {"yes"}}) == "same_day"

    phone_reader.get_by_role("button", name="Erase and leave").press("Enter")
    phone_reader.wait_for_url("**/check/cleared/")
    assert "calf" not in phone_reader.locator("body").inner_text().lower()


def test_the_files_can_be_saved(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    to_result(phone_reader, SELF_CARE)

    with phone_reader.expect_download() as waiting:
        phone_reader.get_by_role("button", name="Save the date in your calendar").click()
    assert waiting.value.suggested_filename == "reminder.ics"
    for button, name in (("Save as text", "check-summary.txt"), ("Save as PDF", "check-summary.pdf")):
        with phone_reader.expect_download() as waiting:
            phone_reader.get_by_role("button", name=button).click()
        assert waiting.value.suggested_filename == name
    assert phone_reader.locator("[data-result]").count() == 1


def test_a_result_on_paper_tells_every_number(live_site, phone_reader):
    start(phone_reader, live_site, "calf")
    assert to_result(phone_reader, {"swelling": {"yes"}}) == "same_day"

    assert missing(ink(papers.text_of(phone_reader.pdf())), "en-gb") == []


def test_the_sheet_fits_two_sides(live_site, phone_reader, tmp_path):
    for slug in ("calf", "pregnancy"):
        phone_reader.goto(f"{live_site}/check/{slug}/paper/")
        path = tmp_path / f"{slug}.pdf"
        margins = dict.fromkeys(("top", "bottom", "left", "right"), "8mm")
        phone_reader.pdf(path=path, format="A4", margin=margins)

        assert len(re.findall(rb"/Type\s*/Page[^s]", path.read_bytes())) <= 2


def test_styles_and_script_weigh_little(live_site, new_reader):
    sizes: dict[str, int] = {}
    new_reader.on(
        "response",
        lambda response: sizes.update({response.url: len(response.body())}) if "/static/" in response.url else None,
    )
    start(new_reader, live_site, "calf")

    assert sum(size for url, size in sizes.items() if url.endswith(".js")) <= 8_000
