"""The documents that are made from code and data: `python -m tools.made_docs` writes them, a test compares.

docs/images/modules.svg, docs/modules.md   the parts of the code, from the import contract and the imports as they are
docs/hazards.md                            the hazard log that comes with the starter content
"""

import tomllib
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import grimp
import yaml

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
# Of the drawing, in its own units: a layer's width, the height of its name, the height of a line of its parts.
WIDTH, HEAD, LINE, GAP, IN_A_LINE = 640, 30, 18, 34, 76


class Part(NamedTuple):
    """A package, or a module of its own, inside of an app: what it says of itself and which apps it imports."""

    name: str
    about: str
    imports: tuple[str, ...]


def contracts() -> list[dict[str, Any]]:
    """Return the contracts that import-linter keeps."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


def layers() -> list[str]:
    """Return the apps, that which may import all others first."""
    return [str(name) for one in contracts() if one["type"] == "layers" for name in one["layers"]]


def parts() -> dict[str, list[Part]]:
    """Return the packages of each app."""
    names = layers()
    graph = grimp.build_graph(*names, cache_dir=None)
    return {app: [_part(graph, app, child, names) for child in sorted(graph.find_children(app)) if _counts(child)]
            for app in names}  # fmt: skip


def _counts(module: str) -> bool:
    """Whether a module is a package of code; migrations, commands and the like are everywhere."""
    folder = ROOT / module.replace(".", "/")
    return folder.is_dir() and folder.name not in {"migrations", "management", "templatetags"}


def _part(graph: Any, app: str, package: str, names: list[str]) -> Part:
    inside = {package, *graph.find_descendants(package)}
    used = {target.split(".")[0] for one in inside for target in graph.find_modules_directly_imported_by(one)}
    lines = (ROOT / package.replace(".", "/") / "__init__.py").read_text(encoding="utf-8").strip().split('"""')
    about = " ".join(lines[1].split()) if len(lines) > 1 else ""
    return Part(package.split(".")[1], about, tuple(name for name in names if name in used and name != app))


def pure() -> list[str]:
    """Return the packages that know no framework."""
    return [str(name) for one in contracts() if one["type"] == "forbidden" for name in one["source_modules"]]


def drawing(found: dict[str, list[Part]]) -> str:
    """Return the layers as an SVG: an arrow leads from each to what it may import."""
    y, boxes = 10, []
    for place, (app, some) in enumerate(found.items()):
        rows = _wrapped([part.name + ("*" if f"{app}.{part.name}" in pure() else "") for part in some])
        height = HEAD + LINE * len(rows) + 10
        texts = "".join(f'<text x="30" y="{y + HEAD + LINE * (number + 1) - 5}" class="part">{escape(row)}</text>'
                        for number, row in enumerate(rows))  # fmt: skip
        boxes.append(f'<rect x="10" y="{y}" width="{WIDTH}" height="{height}" rx="6" class="layer"/>'
                     f'<text x="24" y="{y + 22}" class="app">{app}</text>{texts}')  # fmt: skip
        y += height
        if place < len(found) - 1:
            middle = 10 + WIDTH // 2
            boxes.append(f'<path d="M{middle} {y}v{GAP - 8}" class="arrow"/>'
                         f'<path d="M{middle - 6} {y + GAP - 10}h12l-6 10z" class="head"/>'
                         f'<text x="{middle + 14}" y="{y + 21}" class="part">may import, and all below;'
                         ' never upwards</text>')  # fmt: skip
            y += GAP
    note = "* plain Python: may import neither Django, nor Wagtail, nor another app"
    style = (
        ".layer{fill:#eef4f7;stroke:#1c3f50;stroke-width:1.5}.app{font:bold 16px sans-serif;fill:#1c3f50}"
        ".part{font:13px sans-serif;fill:#222}.arrow{stroke:#1c3f50;stroke-width:1.5}.head{fill:#1c3f50}"
    )
    title = "The apps of Gaitway, each above what it may import: " + ", ".join(found)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 20} {y + 34}" role="img">'
        f"<title>{title}</title><style>{style}</style>\n" + "\n".join(boxes)
        + f'\n<text x="10" y="{y + 24}" class="part">{note}</text>\n</svg>\n'
    )  # fmt: skip


def _wrapped(names: list[str]) -> list[str]:
    """Return the names in as many lines as they need."""
    rows = [""]
    for name in names:
        longer = f"{rows[-1]}   {name}".strip()
        rows = [*rows[:-1], longer] if len(longer) <= IN_A_LINE else [*rows, name]
    return [row for row in rows if row]


def modules(found: dict[str, list[Part]]) -> str:
    """Return the page on the parts of the code."""
    lines = [
        "# Parts of the code",
        "",
        "Made by `tools/made_docs.py` from the contracts of import-linter (`pyproject.toml`) and from the imports as",
        "they are. What a part is for, it says itself, in the first line of its package.",
        "",
        "![The apps of Gaitway, each above what it may import](images/modules.svg)",
    ]
    for app, some in found.items():
        lines += ["", f"## {app}", "", "| part | what it is | imports from |", "| --- | --- | --- |"]
        lines += [f"| `{part.name}` | {part.about} | {', '.join(part.imports) or '–'} |" for part in some]
    lines += ["", "These know no framework: " + ", ".join(f"`{name}`" for name in pure()) + "."]
    return "\n".join(lines) + "\n"


def hazards() -> str:
    """Return the hazard log of the starter content as a page."""
    items = yaml.safe_load((ROOT / "triage" / "starter" / "hazards.yaml").read_text(encoding="utf-8"))
    lines = [
        "# Hazard log",
        "",
        "Made by `tools/made_docs.py` from `triage/starter/hazards.yaml`: the hazards of the starter content.",
        "A site keeps its own log under Reports → Hazard log, and makes its safety case report from that. Severity and",
        "likelihood run from 1 to 5, first without the controls, then with them. `make hazards` looks each control up.",
        "No clinical safety officer has approved this log yet; the deployer names one (see",
        "[intended purpose](intended-purpose.md)).",
    ]
    for item in items:
        (before, after), (often, seldom) = item["severity"], item["likelihood"]
        lines += ["", f"## {item['code']}: {item['title']}", ""]
        lines += [f"- Cause: {_plain(item['cause'])}", f"- Effect: {_plain(item['effect'])}"]
        lines += [f"- Severity {before} → {after}, likelihood {often} → {seldom}"]
        if item.get("accepted_because"):
            lines += [f"- What is left: {_plain(item['accepted_because'])}"]
        lines += [f"- Control ({one['kind']} `{one['target']}`): {_plain(one['what'])}" for one in item["controls"]]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(str(text).split())


def made() -> dict[Path, str]:
    """Return every document that is made, by its place."""
    found = parts()
    return {
        DOCS / "images" / "modules.svg": drawing(found),
        DOCS / "modules.md": modules(found),
        DOCS / "hazards.md": hazards(),
    }


def main() -> None:
    """Write them."""
    for path, text in made().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
