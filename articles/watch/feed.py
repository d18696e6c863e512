"""Notices about published works: the table of Retraction Watch, and what Crossref says of one DOI.

Both come from others: a line that does not fit is left out and counted, never believed.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

# ASCII alone: what others send goes into addresses and rows of ours
DOI = re.compile(r"10\.\d{4,9}/[!#-;=?-~]{1,200}", re.ASCII)
NATURES = {
    "retraction": "Retraction", "expression of concern": "Expression of concern", "correction": "Correction",
    "partial_retraction": "Partial retraction", "expression_of_concern": "Expression of concern",
    "withdrawal": "Withdrawal", "removal": "Removal", "corrigendum": "Correction", "erratum": "Correction",
    "partial retraction": "Partial retraction", "new_version": "New version", "new_edition": "New edition",
    "update": "Update", "clarification": "Clarification", "addendum": "Addendum",
}  # fmt: skip
NEEDED = ("OriginalPaperDOI", "RetractionNature", "RetractionDOI", "RetractionDate")
# No cell of the table is longer; one that is was not written by it.
CELL = 20_000
DATES = ("%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y-%m-%d")


class NotAFeedError(ValueError):
    """What was read is not the table that it should be."""


@dataclass(frozen=True)
class Notice:
    """What became of a work: of which, what, when, and where that is written."""

    doi: str
    nature: str
    notice_doi: str
    day: date | None
    reason: str = ""

    @property
    def key(self) -> str:
        """What tells it from any other notice about the same work."""
        return f"{self.nature}:{self.notice_doi or self.day or ''}"


@dataclass
class Count:
    """How much of a table was read, and how much left out."""

    read: int = 0
    left_out: int = 0


def doi_of(text: object) -> str:
    """Return a DOI in one spelling, or "" where there is none."""
    found = DOI.search(str(text or ""))
    return found[0].rstrip(".,;)").lower() if found else ""


def retraction_watch(data: bytes, wanted: Iterable[str], count: Count) -> Iterator[Notice]:
    """Yield the notices about wanted DOIs in the table of Retraction Watch; NotAFeedError when it is none."""
    asked = {doi_of(one) for one in wanted} - {""}
    text = data.decode("utf-8-sig", "replace").replace("\0", "")
    before = csv.field_size_limit(CELL)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=False)
        heads = set(rows.fieldnames or ())
        if not heads.issuperset(NEEDED):
            raise NotAFeedError("columns are missing: " + ", ".join(sorted(set(NEEDED) - heads)))
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error:
                count.left_out += 1
                continue
            if (found := _notice(row, count)) and found.doi in asked:
                yield found
    except csv.Error as error:
        raise NotAFeedError("not a table") from error
    finally:
        csv.field_size_limit(before)


def _notice(row: Mapping[str | None, Any], count: Count) -> Notice | None:
    nature = NATURES.get(str(row.get("RetractionNature") or "").strip().lower())
    doi = doi_of(row.get("OriginalPaperDOI"))
    if None in row or not nature or not doi:
        count.left_out += 1
        return None
    count.read += 1
    return Notice(
        doi, nature, doi_of(row.get("RetractionDOI")), _day(row.get("RetractionDate")), _plain(row.get("Reason"))
    )


def crossref(data: bytes, doi: str) -> list[Notice]:
    """Return the notices in Crossref's answer to `works?filter=updates:DOI`; NotAFeedError when it is none."""
    try:
        items = json.loads(data)["message"]["items"]
        found = [
            Notice(doi_of(doi), NATURES[str(one["type"]).lower()], doi_of(item.get("DOI")), _parts(one.get("updated")))
            for item in items
            for one in item.get("update-to", [])
            if doi_of(one.get("DOI")) == doi_of(doi) and str(one.get("type")).lower() in NATURES
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAFeedError(type(error).__name__) from None
    return found


def _parts(updated: Any) -> date | None:
    try:
        year, month, day = (*updated["date-parts"][0], 1, 1)[:3]
        return date(year, month, day)
    except (TypeError, KeyError, IndexError, ValueError, OverflowError):
        return None


def _day(text: object) -> date | None:
    for form in DATES:
        try:
            return datetime.strptime(str(text or "").strip(), form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


def _plain(text: object) -> str:
    """Return the reason as the table gives it, without what no sentence holds."""
    parts = (readable(part).strip(" +") for part in str(text or "").split(";"))
    return "; ".join(part for part in parts if part)[:200]


def readable(text: str) -> str:
    """Return words of others in single spaces, without signs that nobody sees or keeps, or that turn letters round."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
