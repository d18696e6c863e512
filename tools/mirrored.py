"""Lay a pseudo translation that runs from right to left over pages of a running site, and take pictures of them.

python tools/mirrored.py http://127.0.0.1:8000 FOLDER [PATH…]     pictures of each page, 360 and 1280 pixels wide

The words stay English but are written backwards, as readers of Arabic or Hebrew would meet a page: what stands on the
wrong side, points the wrong way, or mixes up numbers is seen without knowing such a language. Text that says it is
English stays as it is, as the untranslated parts of a real translation do.
"""

import re
import sys
from pathlib import Path

TAG = 'lang="ar-XB" dir="rtl"'
WIDTHS = (360, 1280)
PATHS = ("/", "/guides/calf-soreness/", "/search/?q=cramp", "/check/calf/", "/who-to-see/")
# Written from right to left whatever the letters are, until the end of the word.
BACKWARDS, END = "\u202e", "\u202c"
_PIECES = re.compile(r"(<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<[^>]*>)", re.DOTALL)
_WORD = re.compile(r"(&[a-z]+;|&#\w+;)|([^\W\d_]+(?:['’-][^\W\d_]+)*)")
_ROOT = re.compile(r'<html lang="[^"]*"(?: dir="[^"]*")?>')
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "use"})


def mirrored(html: str) -> str:
    """Return a page whose words run from right to left, but for what says that it is in another language."""
    made, kept = [], 0
    for number, piece in enumerate(_PIECES.split(_ROOT.sub(f"<html {TAG}>", html, count=1))):
        if number % 2 == 0:
            made.append(piece if kept else _WORD.sub(_turned, piece))
            continue
        made.append(piece)
        kept = _depth(piece, kept)
    return "".join(made)


def _turned(found: re.Match[str]) -> str:
    return found[1] or f"{BACKWARDS}{found[2]}{END}"


def _depth(tag: str, kept: int) -> int:
    """Return how deep we are inside an element that has a language of its own; 0 outside of any."""
    name = re.match(r"</?([a-zA-Z0-9]+)", tag)
    if name is None or name[1] in _VOID or tag.endswith("/>"):
        return kept
    if tag.startswith("</"):
        return max(kept - 1, 0)
    return kept + 1 if kept or (" lang=" in tag and name[1] != "html") else 0


def main(site: str, folder: Path, paths: tuple[str, ...]) -> None:
    """Take the pictures; say where something is wider than the screen."""
    from playwright.sync_api import Route, sync_playwright  # noqa: PLC0415  # only who takes pictures needs a browser

    def turn(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=mirrored(response.text()))

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.route(lambda address: "/static/" not in address and "/media/" not in address, turn)
            for path in paths:
                page.goto(site + path)
                name = re.sub(r"\W+", "-", path).strip("-") or "home"
                page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
                wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                print(f"{width} {path}{': wider than the screen' if wider > 0 else ''}")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]), tuple(sys.argv[3:]) or PATHS)
