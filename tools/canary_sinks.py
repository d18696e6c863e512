"""What the site tells whoever runs it, kept in files so that `tools/canary.py` can search them: counts and traces."""

import gzip
import threading
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

PACKED = {"gzip": gzip.decompress, "deflate": zlib.decompress}


@contextmanager
def collector(folder: Path) -> Iterator[str]:
    """Take in traces as a collector of the operator would, one file for each message; gives its address."""
    folder.mkdir()
    number = count()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = PACKED.get(self.headers.get("Content-Encoding", ""), bytes)
            (folder / f"{next(number)}.bin").write_bytes(unpack(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def keep_counts(application: str, file: Path) -> None:
    """Add what Prometheus would be told now."""
    with urllib.request.urlopen(f"{application}/-/metrics", timeout=30) as answer, file.open("ab") as kept:  # noqa: S310  # our own
        kept.write(answer.read())


def nothing_came(folder: Path) -> list[str]:
    """Return which of the sinks stayed empty: then nothing was looked at there."""
    wanted = {
        "traces": b"POST check", "metrics.txt": b'gaitway_requests_total{route="check"',
        "server.log": b"Internal Server Error",
    }  # fmt: skip
    found = {}
    for name in wanted:
        files = sorted((folder / name).glob("*")) if (folder / name).is_dir() else [folder / name]
        found[name] = b"".join(path.read_bytes() for path in files if path.is_file())
    return [name for name, words in wanted.items() if words not in found[name]]
