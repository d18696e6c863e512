"""What pages say in the words of schema.org, against the types that its makers publish (schema-dts), by the TypeScript
compiler: a property that its type does not have, a value of the wrong kind or an unknown type is an error.

`python -m tests.consumers.schema_org` asks the starter content, with an address a running site; one page of each type.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PART = 50
HEAD = 'import type {Graph} from "schema-dts";\nexport const page: Graph = '
Ask = Callable[[str], Any]


def one_of_each(ask: Ask) -> dict[str, Any]:
    """Return what one page of each type says of itself, by type."""
    found: dict[str, Any] = {}
    offset, total = 0, 1
    while offset < total:
        part = ask(f"/api/v1/pages/?limit={PART}&offset={offset}")
        offset, total = offset + PART, part["meta"]["total_count"]
        for item in part["items"]:
            kind = item["meta"]["type"]
            if kind not in found and (said := ask(f"/api/v1/pages/{item['id']}/")["schema_org"]):
                found[kind] = said
    return found


def faults(graphs: dict[str, Any]) -> int:
    """Print what is wrong; return the compiler's exit code."""
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".structured-") as folder:
        for kind, graph in graphs.items():
            text = f"{HEAD}{json.dumps(graph, ensure_ascii=False)};\n"
            (Path(folder) / f"{kind.replace('.', '-')}.ts").write_text(text, encoding="utf-8")
        compiler = HERE / "node_modules" / "typescript" / "bin" / "tsc"
        files = sorted(str(path) for path in Path(folder).glob("*.ts"))
        node = shutil.which("node") or "node"
        done = subprocess.run([node, compiler, "--noEmit", "--strict", "--skipLibCheck", *files], check=False)  # noqa: S603
    return done.returncode


def from_site(address: str) -> dict[str, Any]:
    """Ask a running site."""

    def ask(path: str) -> Any:
        with urllib.request.urlopen(address + path) as answer:  # noqa: S310  # named by whoever runs this
            return json.load(answer)

    return one_of_each(ask)


def from_starter_content() -> dict[str, Any]:
    """Ask the starter content, on a copy of the database of tests."""
    import django  # noqa: PLC0415  # settings are read only here

    django.setup()
    from django.test import Client  # noqa: PLC0415  # after Django's start

    from tests import database  # noqa: PLC0415  # the same

    kept = database.store()
    template = database.ready(kept)
    with database.fresh_copy(kept, template, "schema-org"):
        return one_of_each(lambda path: Client().get(path).json())


def main() -> int:
    """Check them; 1 when one of them is wrong."""
    graphs = from_site(sys.argv[1].rstrip("/")) if sys.argv[1:] else from_starter_content()
    failed = faults(graphs)
    sys.stdout.write(f"schema.org: {len(graphs)} types of page, {'errors above' if failed else 'no error'}\n")
    return 1 if failed or not graphs else 0


if __name__ == "__main__":
    sys.exit(main())
