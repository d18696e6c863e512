"""A walk through the running site, by its front door: what a reader, a worried person and an editor need first."""

import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from urllib.error import HTTPError

GUIDE, CHECK = "/guides/calf-soreness/", "/check/calf/"
QUESTIONS = 80
INPUT = re.compile(r"<input\b([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
RESULT = re.compile(r'\bdata-result="([^"]*)"')
# What somebody answers whom nothing ails, where that is not "none" or "no".
CALM = {"age": "from_18_to_59", "tiptoe": "yes"}
Fields = dict[str, list[str]]
Choose = Callable[[str, list[str]], str]


class Shown:
    """A page of a check: its hidden fields, the answers it offers, its result."""

    def __init__(self, html: str) -> None:
        self.fields: Fields = {}
        self.answers: list[str] = []
        for tag in INPUT.findall(html):
            found = {name: unescape(value) for name, value in ATTRIBUTE.findall(tag)}
            if found.get("type") == "hidden":
                self.fields.setdefault(found["name"], []).append(found.get("value", ""))
            elif found.get("name") == "answer":
                self.answers.append(found.get("value", ""))
        self.result: str = (RESULT.findall(html) or [""])[-1]


def calm(question: str, answers: list[str]) -> str:
    """Return the answer of somebody whom nothing ails."""
    if question in CALM:
        return CALM[question]
    return "none" if "none" in answers else "no" if "no" in answers else "10"


def worst(question: str, answers: list[str]) -> str:
    """Return the first answer offered: signs of danger come first."""
    return CALM.get(question) or (answers[0] if answers else "10")


class Site:
    """The site as somebody outside sees it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, fields: Fields | None = None) -> tuple[int, str]:
        """Return status and text of an answer; OSError when there is none."""
        body = urllib.parse.urlencode(fields, doseq=True).encode() if fields is not None else None
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, body), timeout=30) as answer:  # noqa: S310  # our own
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def steps(self, path: str, choose: Choose) -> Iterator[tuple[Fields, str]]:
        """Walk through a check; yield what was sent and the page that came, the last one with the result."""
        sent: Fields = {"go": ["begin"]}
        for _ in range(QUESTIONS):
            code, html = self.ask(path, sent)
            if code != 200:  # noqa: PLR2004
                raise RuntimeError(f"{path} answered {code} to a step.")
            yield sent, html
            shown = Shown(html)
            if shown.result:
                return
            question = shown.fields.get("q", [""])[0]
            more = {"go": ["next"], "answer": [choose(question, shown.answers)]} if question else {"go": ["result"]}
            sent = shown.fields | more
        raise RuntimeError(f"{path} came to no result.")

    def result(self, path: str, choose: Choose) -> str:
        """Walk through a check to its result."""
        *_, (_, html) = self.steps(path, choose)
        return Shown(html).result


def operator_faults(url: str, applications: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The same for what whoever runs the site asks: of each application, and not through the web server."""
    for path, words in (("/-/live", '"alive"'), ("/-/ready", '"ready"'), ("/-/metrics", "gaitway_database_up 1.0")):
        answers = [Site(application).ask(path) for application in applications]
        wrong = [str(code) for code, text in answers if code != 200 or words not in text]  # noqa: PLR2004
        yield f"{path} of each application", f"answered {', '.join(wrong)}, or without {words}" if wrong else ""
        code, _ = Site(url).ask(path)
        yield f"{path} through the web server", "" if code == 404 else f"answered {code}"  # noqa: PLR2004


def _fault(site: Site, path: str, words: str) -> str:
    try:
        code, html = site.ask(path)
    except OSError as error:
        return f"{path} did not answer: {error}"
    return "" if code == 200 and words in html else f"{path} answered {code}, or without “{words}”"  # noqa: PLR2004


def _fault_of_run(site: Site, choose: Choose, wanted: str) -> str:
    """Say what is wrong with a run of the check; also that it was withdrawn, which ends nothing here."""
    try:
        found = site.result(CHECK, choose)
    except (OSError, RuntimeError) as error:
        return str(error)
    return "" if found == wanted else f"the result is {found} and not {wanted}"


def faults(url: str, audit: Callable[[], str]) -> Iterator[tuple[str, str]]:
    """Yield what was tried and what is wrong with it; an empty string when nothing is."""
    site = Site(url)
    for name, path, words in (
        ("home", "/", "Gaitway"),
        ("guide", GUIDE, "emergency"),
        ("list of checks", "/check/", CHECK),
        ("search", "/search/?q=cramp", "/guides/"),
        ("login of the admin", "/admin/login/", 'name="password"'),
    ):
        yield name, _fault(site, path, words)
    for name, choose, wanted in (("calm", calm, "self_care"), ("alarming", worst, "emergency_now")):
        yield f"check, {name} answers", _fault_of_run(site, choose, wanted)
    yield "audit", audit()
