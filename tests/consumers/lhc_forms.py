"""Fills in exported Questionnaires with LHC-Forms in Chromium, and compares what it asks and computes with the engine.

usage: python -m tests.consumers.lhc_forms FOLDER-OF-NODE-MODULES NUMBER BROWSER FILE…
"""

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright
from playwright.sync_api import TimeoutError as Late

HOST = "http://forms.example"
PAGE = """<!doctype html><html lang=en><meta charset=utf-8><title>Form</title>
<link rel=stylesheet href="/webcomponent/styles.css"><div id=form></div>
<script src="/webcomponent/assets/lib/zone.min.js"></script><script src="/webcomponent/lhc-forms.js"></script>
<script src="/fhir/lformsFHIRAll.min.js"></script>"""
KINDS = {".js": "text/javascript", ".css": "text/css"}
SHOWN = """(questions) => {
    const said = Object.fromEntries(LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4').item
        .filter((one) => one.answer?.[0].valueString).map((one) => [one.linkId, one.answer[0].valueString]));
    return {
        asked: [...document.querySelectorAll('lhc-item[id^="item-"]')].map((one) => one.id.slice(5, -2))
            .filter((key) => questions.includes(key)),
        urgency: said.urgency ?? null,
        advice: (said.advice ?? '').split(/\\s+/).filter(Boolean),
    };
}"""
NOTED = """(given) => LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4').item
    .some((one) => one.linkId === given.linkId && one.answer?.length === given.answer.length)"""
PATIENCE = 30_000


def serve(dist: Path, route: Route) -> None:
    """Answer from the package on disk; nothing else is reached."""
    path = route.request.url.removeprefix(HOST).partition("?")[0]
    file = dist / path.lstrip("/")
    if path == "/":
        route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
    elif file.is_file():
        route.fulfill(body=file.read_bytes(), content_type=f"{KINDS.get(file.suffix, 'image/png')}; charset=utf-8")
    else:
        route.fulfill(status=404)


def fill(page: Page, item: dict[str, Any]) -> None:
    """Click the answers of one item, or write its number."""
    name = item["linkId"]
    for answer in item["answer"]:
        if "valueInteger" in answer:
            page.fill(f'[id="{name}/1"]', str(answer["valueInteger"]))
            page.locator(f'[id="{name}/1"]').blur()
        elif "valueBoolean" in answer:
            page.locator(f'[id="item-{name}/1"] label').filter(has_text="Yes").first.click(timeout=PATIENCE)
        else:
            coding = answer["valueCoding"]
            page.locator(f'[id="{name}/1|{coding["system"]}|{coding["code"]}"] input').click(timeout=PATIENCE)


def wait(page: Page, until: str, given: dict[str, Any]) -> None:
    """Wait until the form has come so far, or has had its time: what it shows then is compared."""
    with contextlib.suppress(Late):
        page.wait_for_function(until, arg=given, timeout=PATIENCE, polling=50)


def run(page: Page, questionnaire: dict[str, Any], one: dict[str, Any], questions: set[str]) -> dict[str, Any]:
    """Return what the form asked and computed in one run."""
    page.evaluate("(form) => LForms.Util.addFormToPage(form, 'form', { fhirVersion: 'R4' })", questionnaire)
    page.wait_for_selector("lhc-item-question")
    for item in one["response"]["R4"]["item"]:
        if item["linkId"].removesuffix("-doubt") in questions:
            page.wait_for_selector(f'[id="item-{item["linkId"]}/1"]', timeout=PATIENCE)
            fill(page, item)
            wait(page, NOTED, {"linkId": item["linkId"], "answer": item["answer"]})
    # The form works out its conclusion after it has shown its last question; what stays different is compared below.
    expected = {key: one["expected"][key] for key in ("asked", "urgency", "advice")}
    same = f"(given) => JSON.stringify(({SHOWN})(given.questions)) === JSON.stringify(given.expected)"
    wait(page, same, {"expected": expected, "questions": [*questions]})
    shown: dict[str, Any] = page.evaluate(SHOWN, [*questions])
    return shown


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run them all."""
    dist = Path(sys.argv[1]) / "lforms" / "dist" / "lforms"
    right = wrong = 0
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=sys.argv[3], args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1000, "height": 1600})
        page.route("**/*", lambda route: serve(dist, route))
        page.goto(f"{HOST}/")
        for file in sys.argv[4:]:
            data = json.loads(Path(file).read_text(encoding="utf-8"))
            form = data["resources"]["R4"]["Questionnaire"]
            before = right
            runs = data["runs"][: int(sys.argv[2])]
            for one in runs:
                found = run(page, form, one, set(data["questions"]))
                if all(found[key] == one["expected"][key] for key in found):
                    right += 1
                else:
                    wrong += 1
                    say("DIFFERENT " + json.dumps({"found": found, **one}))
            say(f"LHC-Forms {data['key']}: {right - before}/{len(runs)} the same")
        browser.close()
    say(f"{right} passed, {wrong} failed")
    return 1 if wrong or not right else 0


if __name__ == "__main__":
    sys.exit(main())
