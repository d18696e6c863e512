"""A reader on a phone and at a desk, with and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

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


@pytest.mark.parametrize("place", PLACES)
def test_page_has_no_axe_violation_and_fits(live_site, reader, place):
    answer = reader.goto(live_site + place)

    found = Axe().run(reader)
    wide = reader.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert answer.status == (404 if place == "/no-such-page/" else 200)
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []
    assert wide <= 0
    assert reader.locator("h1").count() == 1


@pytest.mark.parametrize("scheme", ["dark", "forced"])
@pytest.mark.parametrize("place", [PLACES[0], PLACES[2], "/causes/deep-vein-thrombosis/", "/relief/light-massage/"])
def test_dark_and_forced_colours_have_no_axe_violation(live_site, reader, place, scheme):
    if scheme == "dark":
        reader.emulate_media(color_scheme="dark", reduced_motion="reduce")
    else:
        reader.emulate_media(forced_colors="active")
    reader.goto(live_site + place)

    rules = {} if scheme == "dark" else {"rules": {"color-contrast": {"enabled": False}}}
    found = Axe().run(reader, options=rules)

    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []


def test_everything_can_be_read_without_javascript(live_site, reader_without_javascript, browser):
    page = reader_without_javascript
    page.goto(live_site + "/guides/calf-soreness/")
    plain = page.locator("main").inner_text()
    with_script = browser.new_page()
    with_script.goto(live_site + "/guides/calf-soreness/")

    assert len(plain) >= 0.9 * len(with_script.locator("main").inner_text())
    with_script.close()


def test_the_skip_link_is_first_and_leads_to_the_text(live_site, reader):
    reader.goto(live_site + "/guides/calf-soreness/")

    reader.keyboard.press("Tab")
    first = reader.evaluate("document.activeElement.getAttribute('href')")
    reader.keyboard.press("Enter")

    assert first.startswith("#")
    assert reader.locator(f"main{first}, {first} main, {first}").count() >= 1


def test_text_can_be_twice_as_large(live_site, reader):
    reader.goto(live_site + "/guides/calf-soreness/")

    reader.add_style_tag(content="html { font-size: 200% !important }")

    assert reader.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
