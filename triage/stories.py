"""Patient stories told to the form itself, page by page, and the result page read as a visitor sees it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import RequestFactory

from triage.answers import FORM_TYPE
from triage.artefacts import Check
from triage.engine.protocol import MAYBE, NONE, SOME, UNSURE, Answer, Question
from triage.engine.vignettes import ACCEPTABLE, CAUTIOUS, RIGHT, RISKY, Vignette, answer, answers_for, unheard, verdict

Fields = dict[str, list[str]]
Post = Callable[[Fields], str]
PAGES = 80
HIDDEN_CLASS = "vh"
INPUT = re.compile(r"<input\b([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
RESULT = re.compile(r'\bdata-result="([^"]*)"')
VOID = frozenset("area base br col embed hr img input link meta source track wbr path".split())


class StuckError(RuntimeError):
    """The form did not come to a result."""


class PageReader:
    """What a page offers: its fields, the text a person sees, the result and the advice that it carries.

    The fields are read at once, as every step needs them; the rest of the page only when somebody looks at it.
    """

    def __init__(self, html: str) -> None:
        self.fields: Fields = {}
        self.values: list[str] = []
        for tag in INPUT.findall(html):
            found = {name: unescape(value) for name, value in ATTRIBUTE.findall(tag)}
            if found.get("type") == "hidden":
                self.fields.setdefault(found["name"], []).append(found.get("value", ""))
            elif found.get("name") == "answer":
                self.values.append(found.get("value", ""))
        self.result: str = (RESULT.findall(html) or [""])[-1]
        self._html = html

    @cached_property
    def _seen(self) -> "_Seen":
        return _Seen(self._html)

    @property
    def text(self) -> str:
        """The visible text; what has to be opened first does not count."""
        return " ".join(" ".join(self._seen.words).split())

    @property
    def advice(self) -> set[str]:
        """The codes of what is advised."""
        return self._seen.advice

    @property
    def actions(self) -> set[str]:
        """What the advised things do, like massage or heat."""
        return self._seen.actions

    @property
    def withheld(self) -> set[str]:
        """The codes of what is held back."""
        return self._seen.withheld


class _Seen(HTMLParser):
    """A page read from start to end, with what is hidden or closed left out of its words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.advice: set[str] = set()
        self.actions: set[str] = set()
        self.withheld: set[str] = set()
        self.words: list[str] = []
        self._unseen: list[bool] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of marks, and of what is not seen."""
        found = {name: value or "" for name, value in attrs}
        if "data-advice" in found:
            self.advice.add(found["data-advice"])
            self.actions.update(found.get("data-actions", "").split())
        self.withheld.update(found.get("data-withheld", "").split())
        if tag not in VOID:
            self._unseen.append(self._is_unseen(tag, found))

    def _is_unseen(self, tag: str, found: Mapping[str, str]) -> bool:
        above = bool(self._unseen) and self._unseen[-1]
        if tag == "summary":
            # the line that opens a closed part is seen itself
            return len(self._unseen) > 1 and self._unseen[-2]
        closed = tag == "details" and "open" not in found
        hidden = (
            "hidden" in found or HIDDEN_CLASS in found.get("class", "").split() or found.get("aria-hidden") == "true"
        )
        return above or closed or hidden or tag in {"script", "style", "head", "template"}

    def handle_endtag(self, tag: str) -> None:
        """Come back to what is around."""
        if tag not in VOID and self._unseen:
            self._unseen.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself holds nothing."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Keep what is seen."""
        if not (self._unseen and self._unseen[-1]):
            self.words.append(data)


@dataclass(frozen=True)
class Judged:
    """What the result page said to one story."""

    story: Vignette
    level: str
    verdict: str
    violations: tuple[str, ...]
    missing: tuple[str, ...]
    pages: int
    advice: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    """Facts that the check does not ask for."""


@dataclass
class Tally:
    """The figures of one level, or of all."""

    stories: int = 0
    right: int = 0
    acceptable: int = 0
    too_cautious: int = 0
    too_risky: int = 0
    violations: int = 0
    missing: int = 0

    def add(self, one: Judged) -> None:
        """Count one story."""
        self.stories += 1
        name = {RIGHT: "right", ACCEPTABLE: "acceptable", CAUTIOUS: "too_cautious", RISKY: "too_risky"}[one.verdict]
        setattr(self, name, getattr(self, name) + 1)
        self.violations += len(one.violations)
        self.missing += len(one.missing)


@dataclass
class Figures:
    """All judgements with their sums."""

    levels: dict[str, Tally]
    total: Tally = field(default_factory=Tally)
    judged: list[Judged] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether a story came out milder than it may, or was given forbidden advice."""
        return self.total.too_risky > 0 or self.total.violations > 0


def figures(check_levels: Iterable[str], judged: Iterable[Judged]) -> Figures:
    """Return the sums by expected level, most urgent first."""
    found = Figures({level: Tally() for level in check_levels})
    for one in judged:
        found.levels.setdefault(one.story.gold, Tally()).add(one)
        found.total.add(one)
        found.judged.append(one)
    return found


def poster(view: Callable[..., HttpResponse], address: str, *args: str) -> Post:
    """Return a function that posts fields to a view, as a browser would."""
    factory = RequestFactory()

    def post(fields: Fields) -> str:
        response = view(factory.post(address, urlencode(fields, doseq=True), content_type=FORM_TYPE), *args)
        return response.content.decode()

    return post


def tell(story: Vignette, check: Check, post: Post) -> Judged:
    """Answer every page as the story says and judge the result page."""
    known = answers_for(check.machine, story.facts)
    page = PageReader(post({"go": ["begin"]}))
    for number in range(PAGES):
        if page.result:
            return _judge(story, check, page, number)
        key = page.fields.get("q", [""])[0]
        if not key:
            page = PageReader(post({**page.fields, "go": ["result"]}))
            continue
        question = check.machine.protocol.question[key]
        given = known[key] if key in known else answer(question, story.facts)
        page = PageReader(post({**page.fields, "answer": _boxes(question, given, page), "go": ["next"]}))
    raise StuckError(f"{story.id}: there is no result after {PAGES} pages.")


def _boxes(question: Question, given: Answer, page: PageReader) -> list[str]:
    """Return the boxes to tick for an answer; doubts are given on the second look."""
    if not isinstance(given, tuple):
        return [str(given)]
    doubts = [token for token in given if token.startswith(MAYBE) or token == UNSURE]
    if "refine" in page.fields:
        return [token for token in doubts if token in page.values] or [NONE]
    ticked = [token for token in given if token not in doubts]
    return ticked + ([SOME] if doubts else [])


def _judge(story: Vignette, check: Check, page: PageReader, pages: int) -> Judged:
    protocol = check.machine.protocol
    level = page.result if page.result in protocol.disposition else None
    if level is not None and protocol.disposition[level].label not in page.text:
        raise StuckError(f"{story.id}: the page does not say its level in words.")
    text = page.text.lower()
    return Judged(
        story=story,
        level=level or "",
        verdict=verdict(protocol, story, level),
        violations=tuple(action for action in story.must_not_advise if action in page.actions),
        missing=tuple(words for words in story.must_mention if not says(text, words)),
        pages=pages,
        advice=tuple(sorted(page.advice)),
        unheard=unheard(story, protocol),
    )


def says(text: str, words: str) -> bool:
    """Whether a text in small letters holds one of the words that `|` parts."""
    return any(re.search(re.escape(part.strip().lower()), text) for part in words.split("|") if part.strip())
