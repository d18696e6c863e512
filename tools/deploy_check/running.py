"""Builds both images and uses them: refused without a configuration, then started, asked, and tried for writing.

unshare --mount python -m tools.deploy_check.running FOLDER DATABASE_URL SOCKETS
"""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError

from tools.deploy_check.dockerfile import read
from tools.deploy_check.image import ROOT, Image

HOST = "health.example.org"
PLAIN = {
    "SITE_URL": f"https://{HOST}", "ALLOWED_HOSTS": HOST, "EMERGENCY_NUMBER": "112", "TRUSTED_PROXIES": "2",
    "SECURITY_CONTACT": f"mailto:security@{HOST}", "EMAIL_HOST": "mail.example.org", "EMAIL_FROM": f"health@{HOST}",
}  # fmt: skip
EDGE_CONF = "/var/lib/gaitway-edge"
PATIENCE = 60.0


class Wrong(Exception):  # noqa: N818  # what is said at the end
    """Something does not hold."""


def build(folder: Path) -> dict[str, Image]:
    """Build every stage."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4g", "tmpfs", str(folder)], check=True)
    images: dict[str, Image] = {}
    for name, stage in read(ROOT / "Dockerfile").items():
        images[name] = Image(stage, folder / name)
        images[name].begin()
        images[name].build(images)
        print(f"  ok     image {name}: every step of the Dockerfile", flush=True)
    return images


def ask(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    """Return status and body of an answer; redirects are not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.build_opener(Stay).open(asked, timeout=10) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def wait(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody answers with 200."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Wrong(f"ended with {process.returncode} before it answered")
        with suppress(OSError):
            if ask(port, path)[0] in {200, 204}:
                return
        time.sleep(0.3)
    raise Wrong(f"{path} did not answer within {PATIENCE:.0f} s")


def settled(images: dict[str, Image], database: str, sockets: str) -> dict[str, str]:
    """Close the images, hand over the secrets as files; return the environment."""
    app, edge = images["app"], images["edge"]
    account, group = app.stage.user
    secret = ("/run/secrets/gaitway", account, group)
    app.close(("/tmp", account, group), ("/var/lib/gaitway", account, group), (EDGE_CONF, account, group), secret,
              ("/var/lib/sockets", account, group))  # fmt: skip
    edge.close(("/tmp", *edge.stage.user), ("/var/lib/gaitway", account, group), (EDGE_CONF, account, group))
    for name in ("/var/lib/gaitway", EDGE_CONF):
        subprocess.run(["mount", "--bind", app.place / name[1:], edge.place / name[1:]], check=True)
    subprocess.run(["mount", "--bind", sockets, app.place / "var/lib/sockets"], check=True)
    own = app.place / secret[0][1:]
    keys = {"SECRET_KEY": secrets.token_urlsafe(50), "RECEIPT_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": database.replace("SOCKETS", "/var/lib/sockets")}  # fmt: skip
    for name, value in keys.items():
        (own / name.lower()).write_text(value)
    return PLAIN | {f"{name}_FILE": f"{secret[0]}/{name.lower()}" for name in keys}


def refused(app: Image) -> None:
    """Start with a public name and nothing else: it must end with the reasons."""
    said = subprocess.run(
        app.command(app.stage.words("CMD"), account=app.stage.user), env=app.environment | {"SITE_URL": f"http://{HOST}"},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    missing = [name for name in ("SECRET_KEY", "DATABASE_URL", "SITE_URL") if f"REFUSED  {name}" not in said.stderr]
    if missing or not said.returncode:
        raise Wrong(f"an unsafe start was not refused for {missing}: {said.returncode} {said.stderr[-600:]}")


def outside(image: Image, wrote: str) -> list[str]:
    """Return what an account could write to besides its folders; there is nothing in an image that is closed."""
    found = []
    for place in ("/srv/gaitway", "/opt", "/etc", "/var/log", "/run"):
        words = ["sh", "-c", f"touch {place}/{wrote} 2>/dev/null && echo {place}; true"]
        done = subprocess.run(
            image.command(words, account=image.stage.user),
            env=image.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found += done.stdout.split()
    return found


def steps(images: dict[str, Image], environment: dict[str, str]) -> Iterator[str]:
    """Yield what was tried and holds; raise what does not."""
    app, edge = images["app"], images["edge"]
    refused(app)
    yield "an unsafe start is refused in words"
    for image in (app, edge):
        if found := outside(image, "mark"):
            raise Wrong(f"{image.stage.name} can write to {found}")
    yield "both roots are read-only, and no account of theirs is root"
    app.environment |= environment
    for words in (
        ["migrate", "--noinput", "-v0"],
        ["check", "--deploy", "--fail-level=WARNING"],
        ["write_artefacts", "-v0"],
    ):
        app.inside(["python", "manage.py", *words], account=app.stage.user)
    yield "migrate, check --deploy, write_artefacts"
    nginx = [
        "python",
        "manage.py",
        "write_nginx",
        "--listen",
        "8080",
        "--behind-tls",
        "--application",
        "127.0.0.1:8000",
    ]
    app.inside(["sh", "-c", f"{' '.join(nginx)} > {EDGE_CONF}/gaitway.conf"], account=app.stage.user)
    yield from _together(app, edge)


def _together(app: Image, edge: Image) -> Iterator[str]:
    parts: list[subprocess.Popen[bytes]] = []

    def start(image: Image, words: list[str]) -> subprocess.Popen[bytes]:
        parts.append(subprocess.Popen(image.command(words, account=image.stage.user), env=image.environment))
        return parts[-1]

    try:
        wait(8000, "/-/live", start(app, app.stage.words("CMD")))
        wait(8000, "/-/ready", parts[0])
        app.inside(app.stage.words("HEALTHCHECK"), account=app.stage.user)
        yield "the application is alive and ready, and its health check says so"
        wait(8080, "/-edge", start(edge, edge.stage.words("CMD")))
        edge.inside(edge.stage.words("HEALTHCHECK"), account=edge.stage.user)
        start(app, ["python", "manage.py", "run_worker"])
        _ask_the_edge(app)
        yield "the web server: sign-in, styles, to https, no probes for others"
        _worker(app)
        yield "the worker turns, and its probe says so"
        if b"gaitway_database_up 1.0" not in ask(8000, "/-/metrics")[1]:
            raise Wrong("no metrics")
        yield "metrics from the application alone"
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            part.wait(30)


def _ask_the_edge(app: Image) -> None:
    style = next((app.place / "srv/gaitway/static/portal/css").glob("base.*.css")).name
    wanted = {
        ("/admin/login/", "https"): 200, (f"/static/portal/css/{style}", "https"): 200, ("/-/metrics", "https"): 404,
        ("/-/ready", "https"): 404, ("/check/", "https"): 200, ("/admin/login/", "http"): 301,
    }  # fmt: skip
    for (path, scheme), status in wanted.items():
        got, body = ask(8080, path, Host=HOST, X_Forwarded_Proto=scheme, X_Forwarded_For="192.0.2.7")
        if got != status:
            raise Wrong(f"{path} over {scheme} answered {got}, not {status}: {body[:300]!r}")


def _worker(app: Image) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            app.inside(["python", "-m", "portal.work.alive", "30"], account=app.stage.user)
        except subprocess.CalledProcessError:
            if time.monotonic() > end:
                raise
            time.sleep(1)
        else:
            return


def main() -> int:
    """Build, use, say what holds."""
    folder, database, sockets = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    for port in (8000, 8080):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                print(f"  FAILS  port {port} is taken")
                return 1
    try:
        images = build(folder)
        for name in steps(images, settled(images, database, sockets)):
            print(f"  ok     {name}", flush=True)
    except (Wrong, subprocess.CalledProcessError, ValueError) as error:
        print(f"  FAILS  {error}")
        return 1
    return 0


if __name__ == "__main__":
    os.chdir("/")
    sys.exit(main())
