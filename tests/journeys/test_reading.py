"""A reader on a phone and at a desk, with and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe

pytestmark = pytest.mark.journey

PLACES = [
    "/",
    "/guides/",
    "/guides/calf-soreness/",
    "/guides/leg-cramps-in-pregnancy/",
    "/causes/",
    "/causes/deep-vein-thrombosis/",
    "/where-it-hurts/",
    "/where-it-hurts/calf-belly/",
    "/relief/",
    "/relief/light-massage/",
    "/when-to-get-help/",
    "/when-to-leave-it-alone/",
    "/signs/",
    "/signs/one-leg-swollen/",
    "/what-people-say/",
    "/words/",
    "/words/muscle-cramp/",
    "/sources/",
    "/sources/nice-ng158-vte/",
    "/who-to-see/",
    "/about/",
    "/search/?q=cramp",
    "/search/?q=qqqqzzzz",
    "/no-such-page/",
]


ONLY_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
# The policy of the site allows a reader's own styles as an object, as a browser's extension adds them.
STYLED = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page, options=DEFAULT_OPTIONS):
    found = Axe().run(page, options=options).response["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in found]


@pytest.mark.parametrize("place", PLACES)
def test_page_has_no_axe_violation_and_fits_in_every_mode(live_site, editor, place):
    answer = editor.goto(live_site + place)
    assert answer.status == (404 if place == "/no-such-page/" else 200)
    assert editor.locator("h1").count() == 1
    found = {"desktop": faults(editor)}
    wide = {"desktop": editor.evaluate(WIDE)}

    editor.set_viewport_size({"width": 320, "height": 640})
    found["phone"], wide["phone"] = faults(editor), editor.evaluate(WIDE)
    editor.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found["dark"] = faults(editor, ONLY_COLOURS)
    editor.emulate_media(color_scheme="light", forced_colors="active")
    wide["forced colours"] = editor.evaluate(WIDE)
    editor.emulate_media(forced_colors="none")
    editor.evaluate(STYLED, SPACED)
    wide["spaced text"] = editor.evaluate(WIDE)
    editor.set_viewport_size({"width": 640, "height": 640})
    editor.evaluate(STYLED, "html { font-size: 200% !important }")
    wide["large text"] = editor.evaluate(WIDE)

    assert {mode: said for mode, said in found.items() if said} == {}
    assert {mode: px for mode, px in wide.items() if px > 0} == {}


def test_everything_can_be_read_without_javascript(live_site, reader_without_javascript, browser):
    page = reader_without_javascript
    page.goto(live_site + "/guides/calf-soreness/")
    plain = page.locator("main").inner_text()
    with_script = browser.new_page()
    with_script.goto(live_site + "/guides/calf-soreness/")

    assert len(plain) >= 0.9 * len(with_script.locator("main").inner_text())
    with_script.close()


def test_the_skip_link_is_first_and_leads_to_the_text(live_site, phone_reader):
    phone_reader.goto(live_site + "/guides/calf-soreness/")

    phone_reader.keyboard.press("Tab")
    first = phone_reader.evaluate("document.activeElement.getAttribute('href')")
    phone_reader.keyboard.press("Enter")

    assert first.startswith("#")
    assert phone_reader.locator(f"main{first}, {first} main, {first}").count() >= 1
