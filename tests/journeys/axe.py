"""What axe finds on a page, and how wide the page is, in each way in which it can be shown.

axe is put into a document once; the ways after the first one cost the run alone.
"""

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLOURS = ["color-contrast", "link-in-text-block"]
# Colours do not change with the width: they are looked at once in light and once in dark colours.
NOT_COLOURS = {"rules": {rule: {"enabled": False} for rule in COLOURS}}
ONLY_COLOURS = {"runOnly": COLOURS}
LIGHT = {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "no-preference"}
DARK = {"color_scheme": "dark", "forced_colors": "none", "reduced_motion": "reduce"}
FORCED = {"color_scheme": "light", "forced_colors": "active", "reduced_motion": "no-preference"}
# What axe is asked in each way; None: only whether the page fits, as all it judges was seen on the phone.
WAYS: dict[str, tuple[dict[str, int], dict[str, str], dict[str, Any] | None]] = {
    "phone": (PHONE, LIGHT, {}),
    "dark": (PHONE, DARK, ONLY_COLOURS),
    "forced colours": (PHONE, FORCED, None),
    "desktop": (DESKTOP, LIGHT, NOT_COLOURS),
}
RUN = """options => axe.run(options).then(found =>
  found.violations.map(one => [one.id, ...one.nodes.slice(0, 3).map(node => node.target.join(" "))]))"""


def faults(page: Page, options: dict[str, Any] | None = None) -> list[list[str]]:
    """Return the rules that the page breaks as it is shown now, each with the first places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, {"resultTypes": ["violations"], **(options or {})})


def faults_of_every_way(page: Page, ways: Iterable[str] = tuple(WAYS)) -> dict[str, Any]:
    """Return what is wrong in each way of showing the page, by the name of the way; leave it as on a phone."""
    found: dict[str, Any] = {}
    for way in ways:
        viewport, media, options = WAYS[way]
        page.set_viewport_size(viewport)
        page.emulate_media(**media)
        if options is not None and (said := faults(page, options)):
            found[way] = said
        if (pixels := page.evaluate(WIDE)) > 0:
            found[f"{way}, too wide"] = pixels
    page.set_viewport_size(PHONE)
    page.emulate_media(**LIGHT)
    return found
