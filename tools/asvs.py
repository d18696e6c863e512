"""Writes docs/asvs.md from docs/asvs.csv: `python tools/asvs.py`; `tests/test_security_docs.py` checks every row.

The requirements are those of levels 1 and 2 of the OWASP Application Security Verification Standard 5.0.0; their
subjects are in words of our own.
"""

import csv
from collections import Counter
from itertools import groupby
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
ROWS, PAGE = DOCS / "asvs.csv", DOCS / "asvs.md"
CHAPTERS = {
    1: "Encoding and cleaning", 2: "Validation and process", 3: "Browsers", 4: "Interfaces", 5: "Files",
    6: "Signing in", 7: "Sessions", 8: "Rights", 9: "Tokens", 10: "OAuth and OpenID", 11: "Cryptography",
    12: "Transport", 13: "Configuration", 14: "Data", 15: "Code and packages", 16: "Logs and errors", 17: "WebRTC",
}  # fmt: skip
HEAD = """# OWASP ASVS 5.0.0, levels 1 and 2

Made by `tools/asvs.py` from [asvs.csv](asvs.csv). Every requirement of the
[standard](https://github.com/OWASP/ASVS/tree/v5.0.0) (CC BY-SA 4.0; read it there, the subjects here are ours in short)
is held by a test, a setting, a header, code or a document that a test looks up, or is the operator's, not applicable or
**open**. {counts}
"""


def rows() -> list[dict[str, str]]:
    """Return the rows of the table."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page() -> str:
    """Return the page."""
    found = rows()
    counts = Counter(row["held by"] for row in found)
    told = ", ".join(f"{number} {how}" for how, number in counts.most_common())
    lines = [HEAD.format(counts=f"Of {len(found)} rows: {told}.")]
    for chapter, some in groupby(found, key=lambda row: int(row["number"].split(".")[0])):
        lines += [
            f"\n## {chapter}. {CHAPTERS[chapter]}\n",
            "| | level | subject | held by | |",
            "| --- | --- | --- | --- | --- |",
        ]
        lines += [_line(row) for row in some]
    return "\n".join(lines) + "\n"


def _line(row: dict[str, str]) -> str:
    evidence = " ".join(
        f"[{one}]({one})" if row["held by"] == "document" else f"`{one}`" for one in row["evidence"].split()
    )
    how = f"**{row['held by']}**" if row["held by"] == "open" else row["held by"]
    told = "; ".join(filter(None, (evidence, row["remark"])))
    return f"| {row['number']} | {row['level']} | {row['subject']} | {how} | {told} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
