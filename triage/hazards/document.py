"""The clinical safety case report, in the order of headings that DCB0129 asks for, made from the log as it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from review.models import Standing
from triage.hazards.controls import Found
from triage.hazards.log import Entry
from triage.hazards.risk import MEANING, Likelihood, Severity, rating
from triage.models import Hazard, ProtocolPage
from triage.models.hazard import HazardState
from triage.proofs import TOPICS


@dataclass(frozen=True)
class Table:
    """A table with the name of each column."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Part:
    """One part of the document; `level` 2 is a chapter, 3 what stands in one."""

    title: str
    texts: Sequence[str] = ()
    tables: Sequence[Table] = ()
    level: int = 2


@dataclass(frozen=True)
class SafetyCase:
    """The whole document."""

    title: str
    parts: Sequence[Part] = field(default_factory=list)


def safety_case(entries: Sequence[Entry]) -> SafetyCase:
    """Return the document for the hazards as they were looked up."""
    return SafetyCase(
        f"Clinical safety case report: {settings.WAGTAIL_SITE_NAME}",
        [
            *_about(),
            *_method(),
            Part("Hazard log", [f"{len(entries)} hazards are open."], [_summary(entries)]),
            *(_hazard(entry) for entry in entries),
            *_closed(),
            *_statement(entries),
        ],
    )


def _about() -> Iterable[Part]:
    made = f"Made from the records on {timezone.localdate():%-d %B %Y}. It is made anew each time it is asked for."
    yield Part("Introduction", [made, "It says what could harm people who use this service, and what prevents it."])
    rows = [
        [page.title, page.audience, str(row.release_hash)[:12], f"{row.due_on:%Y-%m-%d}"] for page, row in _released()
    ]
    yield Part(
        "System definition",
        [
            (
                "Public pages with health guidance, and guided checks that say how soon a person should be seen. They"
                " do not diagnose. Answers are neither kept nor passed on."
            )
        ],
        [Table(["Check", "For whom", "Release", "Review due"], rows)],
    )


def _released() -> list[tuple[ProtocolPage, Any]]:
    pages = {page.pk: page for page in ProtocolPage.objects.live().order_by("path")}
    rows = Standing.objects.in_bulk(list(pages))
    return [(page, rows[pk]) for pk, page in pages.items() if pk in rows]


def _method() -> Iterable[Part]:
    yield Part(
        "Clinical risk management system",
        [
            (
                "Nothing is public without the signature of reviewers with a recorded registration; a check needs two."
                " Nobody signs what they wrote. A grave hazard without a control that works blocks the signature of the"
                " check and stops the build."
            ),
        ],
    )
    words = [[str(item.value), item.label] for item in Severity], [[str(item.value), item.label] for item in Likelihood]
    yield Part(
        "Clinical risk analysis",
        ["Each hazard has a severity and a likelihood, first as if there were no controls, then with them."],
        [Table(["Severity", "Meaning"], words[0]), Table(["Likelihood", "Meaning"], words[1])],
    )
    limit = settings.TRIAGE_HAZARD_LIMIT
    matrix = [[str(row.value), *(str(rating(one, row)) for one in Severity)] for row in reversed(Likelihood)]
    yield Part(
        "Clinical risk evaluation",
        [f"A risk above {limit} is grave: it needs a control that works, and a reason for what is left above {limit}."],
        [
            Table(["Likelihood ↓ severity →", *(str(one.value) for one in Severity)], matrix),
            Table(["Risk", "Meaning"], [[str(key), words] for key, words in MEANING.items()]),
        ],
    )
    yield Part(
        "Clinical risk control",
        [
            (
                "A control is a link to a statement that is proved over every possible set of answers, to a patient"
                " story, to a care rule that a check uses, or to an automatic test. Whether it works is looked up,"
                " never ticked. Before a check is signed, these are proved:"
            ),
            *(f"- {title}." for title, _ in TOPICS),
        ],
    )


def _summary(entries: Sequence[Entry]) -> Table:
    rows = [
        [
            entry.hazard.code, entry.hazard.title, str(entry.hazard.risk), str(entry.hazard.risk_left),
            str(len(entry.hazard.control_rows())), "open: " + entry.problem if entry.problem else "controlled",
        ]
        for entry in entries
    ]  # fmt: skip
    return Table(["Number", "Hazard", "Risk without controls", "Risk left", "Controls", "State"], rows)


def _hazard(entry: Entry) -> Part:
    hazard = entry.hazard
    where = ", ".join(page.title for page in hazard.protocols.all()) or "the whole service"
    texts = [
        f"Concerns: {where}.",
        f"Cause: {hazard.cause}",
        f"Effect: {hazard.effect}",
        f"Without controls: severity {hazard.severity}, likelihood {hazard.likelihood}, risk {hazard.risk}.",
        (
            f"With controls: severity {hazard.severity_left}, likelihood {hazard.likelihood_left},"
            f" risk {hazard.risk_left}."
        ),
    ]
    if hazard.accepted_because:
        texts.append(f"Why what is left is acceptable: {hazard.accepted_because}")
    if entry.problem:
        texts.append(f"OPEN: {entry.problem}")
    return Part(f"{hazard.code} {hazard.title}", texts, [_controls(entry)], level=3)


def _controls(entry: Entry) -> Table:
    rows = [
        [
            row.control.get_kind_display(),
            row.control.target,
            row.control.what,
            " ".join(_state(*one) for one in row.states),
        ]
        for row in entry.rows()
    ]
    return Table(["Control", "Link", "What it does", "State"], rows)


def _state(check: str, one: Found) -> str:
    word = {True: "works", False: "DOES NOT WORK", None: "not for this check"}[one.works]
    return f"{check}: {word}. {one.why}" if check else f"{word}. {one.why}"


def _closed() -> Iterable[Part]:
    rows = [[row.code, row.title, row.closed_because] for row in Hazard.objects.filter(state=HazardState.CLOSED)]
    if rows:
        yield Part("Closed hazards", tables=[Table(["Number", "Hazard", "Why"], rows)], level=3)


def _statement(entries: Sequence[Entry]) -> Iterable[Part]:
    broken = [f"- {entry.hazard.code}: {one.control}. {one.why}" for entry in entries for one in entry.broken]
    yield Part("Test issues", broken or ["Every control that is named works."])
    problems = [f"- {entry.problem}" for entry in entries if entry.problem]
    good = "Every grave hazard has a control that works, and a reason for what is left."
    yield Part(
        "Summary safety statement",
        [
            "It is NOT safe to release, because of:" if problems else good,
            *problems,
            "A proof is about the check, not about medicine: it shows that the rules are applied as they were signed.",
        ],
    )
    yield Part(
        "Quality assurance and document approval",
        ["Who signed each page, with which registration and when, stands in the public review ledger of the page."],
    )
    rows = [[page.code, str(row.release_hash)] for page, row in _released()]
    yield Part(
        "Configuration management",
        ["Each release is named by the hash of its text and of everything that it shows."],
        [Table(["Check", "Release"], rows)],
    )


def markdown(found: SafetyCase) -> str:
    """Return the document as Markdown."""
    lines = [f"# {found.title}", ""]
    for part in found.parts:
        lines += [f"{'#' * part.level} {part.title}", ""]
        for number, text in enumerate(part.texts):
            follows = number + 1 < len(part.texts) and part.texts[number + 1].startswith("- ")
            lines += [text] if text.startswith("- ") and follows else [text, ""]
        for table in part.tables:
            lines += [_row(table.columns), _row("---" for _ in table.columns), *map(_row, table.rows), ""]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    escaped = [str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells]
    return f"| {' | '.join(escaped)} |"
