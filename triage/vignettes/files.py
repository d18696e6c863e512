"""Stories in files: those of `run_vignettes`, and cases of the ITU/WHO benchmark; a bad file is refused as a whole."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from articles.models import FindingPage
from review.words import UNSTORABLE
from triage.engine import benchmark
from triage.engine.vignettes import StoryError, Vignette, read
from triage.models import Story

JsonList = list[dict[str, object]]


class StoryFileError(ValueError):
    """A file that cannot be taken in; `faults` name the place and the reason, one each."""

    def __init__(self, name: str, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(f"{name}: {fault}" for fault in self.faults))


def parse(text: str, name: str, *, protocol: str = "") -> tuple[list[Vignette], bool]:
    """Return the stories of a file, and whether somebody else wrote them, in levels coarser than ours.

    Raises StoryFileError.

    `protocol` is the key taken for cases of the benchmark that name none.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoryFileError(name, [f"this is no JSON: {error}"]) from error
    if any(UNSTORABLE.search(text) for text in _texts(data)):
        raise StoryFileError(name, ["a character stands in it that no text holds"])
    cases = isinstance(data, list) and any(isinstance(item, dict) and "caseData" in item for item in data)
    try:
        if cases:
            return benchmark.imported(data, protocol=protocol), not all(map(benchmark.is_ours, data))
        return read(data), False
    except StoryError as error:
        raise StoryFileError(name, [f"{issue.place}: {issue.message}" for issue in error.issues]) from error


def _texts(data: Any) -> Iterator[str]:
    """Yield every text in plain data, names too, however deep it nests."""
    left = [data]
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            left += [*part, *part.values()]
        elif isinstance(part, list):
            left += part


def parse_path(path: Path, *, protocol: str = "") -> tuple[list[Vignette], bool]:
    """Return the stories of a file on disk; raises StoryFileError."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path), protocol=protocol)
    except (OSError, UnicodeDecodeError) as error:
        raise StoryFileError(str(path), [str(error)]) from error


def plain(story: Vignette) -> dict[str, object]:
    """Return a story in the form of `run_vignettes`, keys in the order of the files."""
    found: dict[str, object] = {}
    for name in ("id", "source", "protocol", "text", "facts", "gold", "acceptable", "must_not_advise", "must_mention",
                 "rationale"):  # fmt: skip
        value = getattr(story, name)
        found[name] = list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, dict) else value
    return found


def written(stories: Iterable[Story], *, as_benchmark: bool = False) -> str:
    """Return a file of stories that can be taken in again; drafts without a level are left out."""
    found = [story.vignette() for story in stories if story.gold]
    if as_benchmark:
        names = dict(FindingPage.objects.values_list("code", "title"))
        return json.dumps(benchmark.exported(found, names), indent=2, ensure_ascii=False) + "\n"
    return json.dumps([plain(story) for story in found], indent=2, ensure_ascii=False) + "\n"
