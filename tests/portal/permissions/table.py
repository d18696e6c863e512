"""The classification of every address by role, read from `matrix.yaml`, and the document made from it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tests.portal.permissions.scene import ANONYMOUS, NO_ROLE, ROLES
from tests.portal.permissions.visits import NOT_FOUND, OPEN, REFUSED

HERE = Path(__file__).resolve().parent
MATRIX = HERE / "matrix.yaml"
DOCUMENT = HERE.parents[2] / "docs" / "permissions.md"
WHO = {"everybody": ROLES, "everybody in the admin": tuple(one for one in ROLES if one not in {ANONYMOUS, NO_ROLE})}
HEAD = """# Who may do what

Made from `tests/portal/permissions/matrix.yaml`, in which every address of the URL configuration is classified for
every role; `test_matrix.py` beside it visits each, and fails when an address is new or this page is out of date.
`make permissions` visits all of them, the suite a part, always the same; the first writes this page.

A medical editor is the role `Medical editors`, which writes pages everywhere. An author of another section is an
account whose rights end at one part of the tree (here: the sources), asked about pages, files and drafts of the rest.
A keeper of credentials verifies registrations; an administrator keeps accounts and neither signs nor makes a
reviewer (`tests/portal/accounts/test_roles.py`). Ways to change a public text, by role: `side-doors.md`.

"""
EXCEPTIONS = """
## What somebody reads although it is not theirs

Each secret of `tests/portal/permissions/scene.py` is a word in a draft, a file, a collection, a story, an account.
The crawl looks for it in every answer to every role. It is found where it may be, and these are the places where
that needs a reason:

| who | reads | because |
| --- | --- | --- |
| administrator of accounts | names of all collections | rights to a collection are given by name |
| keeper of credentials, administrator of accounts | address of an account | registrations belong to persons |
| medical reviewer | drafts of checks, stories and hazards at any time | opinions are given while a draft is written |
| author of a section | names of the steps of workflows | the state of one’s own page names them |
| whoever writes pages | the class of the change and the state of a submission of their own part | it is their work |
"""


@dataclass(frozen=True)
class Row:
    """One address: how it is asked for, and what each role is answered."""

    name: str
    method: str
    can: str
    words: dict[str, str]


def _roles(given: str | list[str]) -> tuple[str, ...]:
    return WHO[given] if isinstance(given, str) else tuple(given)


def _group(group: dict) -> list[Row]:
    unknown = group.keys() - {"can", "open", "absent", "GET", "POST"}
    assert not unknown, f"{group['can']}: {unknown}"
    let_in, absent = _roles(group["open"]), _roles(group.get("absent", []))
    assert set(let_in) | set(absent) <= set(ROLES), group["can"]
    words = {one: OPEN if one in let_in else NOT_FOUND if one in absent else REFUSED for one in ROLES}
    return [Row(name, how, group["can"], words) for how in ("GET", "POST") for name in group.get(how, [])]


@cache
def table() -> tuple[Row, ...]:
    """Return every row of the matrix."""
    groups = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    return tuple(row for group in groups for row in _group(group))


def document() -> str:
    """Return the page of the documentation that the table makes."""
    roles = [one for one in ROLES if one != NO_ROLE]
    lines = ["| what | " + " | ".join(roles) + " |", "| --- |" + " :-: |" * len(roles)]
    seen: dict[str, dict[str, set[str]]] = {}
    for row in table():
        for role in roles:
            seen.setdefault(row.can, {}).setdefault(role, set()).add(row.words[role])
    for can, words in seen.items():
        lines.append(f"| {can} | " + " | ".join(_mark(words[role]) for role in roles) + " |")
    lines += ["", "yes: every address of the line; some: a part of them; an account without a role is anonymous."]
    return HEAD + "\n".join(lines) + "\n" + EXCEPTIONS


def _mark(words: set[str]) -> str:
    return "–" if OPEN not in words else "yes" if words == {OPEN} else "some"
