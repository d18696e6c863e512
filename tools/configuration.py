"""Writes docs/configuration.md from what the site declares: `python tools/configuration.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.configuration import FILE, GROUPS, SECRETS, Variable

PAGE = ROOT / "docs" / "configuration.md"
HEAD = f"""# Variables of the environment

Made by `tools/configuration.py` from `portal/configuration.py`; a test fails when this page is another. Every default
is the safe one. A site that others read (SITE_URL or ALLOWED_HOSTS name a host that is not this machine) does not start
while something is unsafe: it says which variable, and what to do (`portal/production.py`); `manage.py check --deploy`
says the same before. `deploy/gaitway.env.example` is the least that such a site has to say.

What is secret may come from a file: NAME{FILE} holds its path. All processes of one site, the worker too, get the same
variables: kept pages belong to one build, and a build to its settings.
"""


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for title, variables in GROUPS.items():
        parts += [f"\n## {title}\n", "| variable | type | when it is not set | meaning |", "| --- | --- | --- | --- |"]
        parts += [_row(one) for one in variables]
    return "\n".join(parts) + "\n"


def _row(one: Variable) -> str:
    name = f"`{one.name}`" + (f", `{one.name}{FILE}`" if one.kind in SECRETS else "")
    kind = f"one of {', '.join(one.choices)}" if one.choices else str(one.kind)
    default = one.otherwise or (f"`{one.default}`" if one.default else "nothing")
    return f"| {name} | {kind} | {default} | {one.meaning} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
