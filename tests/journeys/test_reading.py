"""A reader on a phone and at a desk, with and without JavaScript."""

import pytest

from tests.journeys.axe import WIDE, faults_of_every_way

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


SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
# The policy of the site allows a reader's own styles as an object, as a browser's extension adds them.
STYLED = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


@pytest.mark.parametrize("place", PLACES)
def test_page_has_no_axe_violation_and_fits_in_every_mode(live_site, phone_reader, place):
    answer = phone_reader.goto(live_site + place)
    assert answer.status == (404 if place == "/no-such-page/" else 200)
    assert phone_reader.locator("h1").count() == 1
    assert faults_of_every_way(phone_reader) == {}

    wide = {}
    phone_reader.set_viewport_size({"width": 320, "height": 640})
    wide["narrow"] = phone_reader.evaluate(WIDE)
    phone_reader.evaluate(STYLED, SPACED)
    wide["spaced text"] = phone_reader.evaluate(WIDE)
    phone_reader.set_viewport_size({"width": 640, "height": 640})
    phone_reader.evaluate(STYLED, "html { font-size: 200% !important }")
    wide["large text"] = phone_reader.evaluate(WIDE)

    assert {mode: px for mode, px in wide.items() if px > 0} == {}


def test_everything_can_be_read_without_javascript(live_site, reader_without_javascript, phone_reader):
    said = []
    for page in (reader_without_javascript, phone_reader):
        page.goto(live_site + "/guides/calf-soreness/")
        said.append(len(page.locator("main").inner_text()))

    plain, with_script = said
    assert plain >= 0.9 * with_script > 0


def test_what_is_for_paper_stands_on_paper_only(live_site, phone_reader):
    phone_reader.goto(live_site)
    line = phone_reader.locator(".emergency .on-paper")

    assert "Urgent, but not an emergency" in line.text_content()
    assert not line.is_visible()
    phone_reader.emulate_media(media="print")
    assert line.is_visible()


def test_the_skip_link_is_first_and_leads_to_the_text(live_site, phone_reader):
    phone_reader.goto(live_site + "/guides/calf-soreness/")

    phone_reader.keyboard.press("Tab")
    first = phone_reader.evaluate("document.activeElement.getAttribute('href')")
    phone_reader.keyboard.press("Enter")

    assert first.startswith("#")
    assert phone_reader.locator(f"main{first}, {first} main, {first}").count() >= 1


# What is first on the screen of a list of sources: its text, and how far from the top.
FIRST_SEEN = """() => [...document.querySelectorAll('.sources > ol > li')]
  .map(one => [one.getBoundingClientRect().top, one.textContent.trim()]).find(([top]) => top > 0)"""

# How wide the number of the last source is drawn, and how much room there is for it: what sticks out is cut off.
NUMBERS = """() => {
  const last = [...document.querySelectorAll('.sources > ol > li')].pop();
  const style = getComputedStyle(last), pen = document.createElement('canvas').getContext('2d');
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const room = last.getBoundingClientRect().left - last.closest('.sources').getBoundingClientRect().left;
  return [pen.measureText(`${last.parentElement.children.length}. `).width, room];
}"""


def test_who_comes_back_to_a_source_stands_where_they_were_and_a_number_leads_to_its_own(live_site, phone_reader):
    phone_reader.emulate_media(reduced_motion="reduce")
    phone_reader.goto(live_site + "/guides/leg-cramps-in-pregnancy/")
    sources = phone_reader.locator(".sources")
    # a long list is laid out when somebody comes near
    assert sources.evaluate("one => getComputedStyle(one).contentVisibility") == "auto"
    needed, room = phone_reader.evaluate(NUMBERS)
    assert needed < room

    sources.evaluate("one => scrollTo({ top: one.offsetTop + 900, behavior: 'instant' })")
    was_at, was = phone_reader.evaluate(FIRST_SEEN)
    phone_reader.goto(live_site + "/about/")
    phone_reader.go_back()
    phone_reader.wait_for_function("scrollY > 1000")
    is_at, is_now = phone_reader.evaluate(FIRST_SEEN)
    assert is_now == was
    assert abs(is_at - was_at) < 3

    number = phone_reader.locator("a.cite:visible").first
    number.click()
    entry = phone_reader.locator(number.get_attribute("href"))
    assert entry.inner_text() in number.get_attribute("aria-label")
    # the browser goes there with its next picture, which a busy machine draws late
    phone_reader.wait_for_function(
        "(one) => Math.floor(one.getBoundingClientRect().top / 200) === 0", arg=entry.element_handle()
    )
