"""What a page of somebody else says, without what stands around it; and whether it is there at all."""

import hashlib
import re
from html.parser import HTMLParser

from articles.watch.fetch import Answer

# What changes from day to day without a word of advice being another.
AROUND = frozenset(
    {"script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "svg", "iframe"}
)
MISSING = re.compile(
    r"\b(page|document|content)\b[^.]{0,30}\b(not (be )?found|no longer (exists|available)|doesn.t exist)|^\W*404\b",
    re.IGNORECASE,
)
# A page that says that it is not there says little else.
SHORT = 2_000


class _Words(HTMLParser):
    """Collects the words of the main part of a page, or of all of it when it marks none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.skipped = self.inside = 0
        self.all: list[str] = []
        self.main: list[str] = []
        self.title: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in AROUND:
            self.skipped += 1
        self.inside += tag in {"main", "article"}
        self._in_title = self._in_title or tag in {"title", "h1"}

    def handle_endtag(self, tag: str) -> None:
        if tag in AROUND:
            self.skipped = max(0, self.skipped - 1)
        if tag in {"main", "article"}:
            self.inside = max(0, self.inside - 1)
        if tag in {"title", "h1"}:
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        if not self.skipped:
            self.all.append(data)
            if self.inside:
                self.main.append(data)


def words_of(answer: Answer) -> tuple[str, str]:
    """Return title and readable text of a page, in single spaces."""
    found = _Words()
    try:
        found.feed(answer.body.decode("utf-8", "replace"))
        found.close()
    except (ValueError, AssertionError):  # what the parser cannot read is read as far as it went
        pass
    text = " ".join(" ".join(found.main or found.all).split())
    return " ".join(" ".join(found.title).split()), text


def digest_of(answer: Answer) -> str:
    """Return the fingerprint of what a page says; of a file, that of its bytes."""
    data = words_of(answer)[1].encode() if "html" in answer.kind else answer.body
    return hashlib.sha256(data).hexdigest()


def says_that_it_is_missing(answer: Answer) -> bool:
    """Whether a page that was answered as if all were well says that there is none."""
    if "html" not in answer.kind:
        return False
    title, text = words_of(answer)
    return bool(MISSING.search(title) or (len(text) < SHORT and MISSING.search(text)))
