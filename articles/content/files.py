"""Read content files and remember on which line everything stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from review.words import UNSTORABLE

Steps = tuple[str | int, ...]
# The C parser is ten times faster and gives the same marks; a machine without it reads with the other.
PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: How deep a file may nest; what we write ourselves stays below a third of it.
DEEPEST = 30


@dataclass(frozen=True)
class Fault:
    """One reason to refuse a file."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class ContentError(Exception):
    """The files cannot be loaded; `faults` says where and why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults), key=lambda f: (str(f.file), f.line, f.reason))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass
class Entry:
    """One page as its file describes it."""

    data: dict[str, Any]
    file: Path
    lines: dict[Steps, int] = field(repr=False)

    def line(self, *steps: str | int) -> int:
        """Return the line of a part, or of the nearest part around it."""
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def fault(self, reason: str, *steps: str | int) -> Fault:
        """Return a fault at a part of this entry."""
        return Fault(self.file, self.line(*steps), reason)


class _Reader:
    """Turns a YAML node into plain data and notes the line of each part."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.scalars = yaml.SafeLoader("")
        self.lines: dict[Steps, int] = {}

    def read(self, node: yaml.Node, steps: Steps = ()) -> Any:
        self.lines[steps] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, steps)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*steps, n)) for n, child in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            value = self.scalars.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            raise self._fault(node, f"“{node.value}” is of no kind that is read here; put it in quotes.") from error
        if isinstance(value, str) and UNSTORABLE.search(value):
            raise self._fault(node, "A character stands here that no text holds.")
        return value

    def _fault(self, node: yaml.Node, reason: str) -> ContentError:
        return ContentError([Fault(self.file, node.start_mark.line + 1, reason)])

    def _mapping(self, node: yaml.MappingNode, steps: Steps) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            key = str(key_node.value)
            if UNSTORABLE.search(key):
                raise self._fault(key_node, "A character stands here that no text holds.")
            if key in found:
                raise self._fault(key_node, f"“{key}” stands here twice.")
            found[key] = self.read(child, (*steps, key))
        return found


def check_outline(text: str, file: Path) -> None:
    """Raise ContentError for what a file of a stranger could do to its reader, before anything is put together.

    An alias stands for a part again, and for parts of it: a few lines unfold to more than any memory holds. The reader
    goes down with each bracket: a hundred thousand of them end the process. Other faults are left to the reader.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=PARSER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            aliased = isinstance(event, yaml.AliasEvent)
            if aliased or depth > DEEPEST:
                reason = "An alias (*) is not read here: write the part again."
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise ContentError([Fault(file, line, reason if aliased else f"It nests deeper than {DEEPEST}.")])
    except yaml.YAMLError:
        return


def read_entries(file: Path) -> Iterator[Entry]:
    """Yield the entries of one file; raises ContentError when it is not what the format says."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=PARSER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise ContentError([Fault(file, mark.line + 1 if mark else 1, f"Cannot be read: {reason}.")]) from error
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node] if node else []
    for child in nodes:
        if not isinstance(child, yaml.MappingNode):
            raise ContentError([Fault(file, child.start_mark.line + 1, "A page is a list of keys and values.")])
        reader = _Reader(file)
        data = reader.read(child)
        yield Entry(data, file, reader.lines)


def read_folder(folder: Path) -> list[Entry]:
    """Return every entry below a folder; raises ContentError with the faults of all files together."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    for file in sorted(folder.rglob("*.yaml")):
        try:
            entries += read_entries(file)
        except ContentError as error:
            faults += error.faults
    if faults:
        raise ContentError(faults)
    return entries
