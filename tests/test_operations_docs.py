"""Every command that the pages for operators show exists: program, subcommand, options, services, files, targets."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "docs" / name for name in ("operations.md", "backups.md", "scaling.md")]
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))["services"]
DEPLOYED = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy/kubernetes").rglob("*.yaml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
# What every system has, or what comes with PostgreSQL, nginx and SQLite.
KNOWN = {
    "cp", "mkdir", "rm", "cat", "touch", "tar", "nginx",
    "pg_dump", "pg_restore", "pg_basebackup", "pg_ctl", "createdb", "sqlite3",
}  # fmt: skip
BLOCK = re.compile(r"^(?: {4}.*\n)+", re.MULTILINE)
SPAN = re.compile(r"`((?:make|manage\.py|python|docker|kubectl) [^`]+)`")


def lines_of(text):
    """Yield each command of a page: lines of blocks, and spans that begin like one."""
    for block in BLOCK.findall(text):
        inside = ""
        for line in block.splitlines():
            if inside:
                inside = "" if line.strip() == inside else inside
                continue
            if found := re.search(r"<<'(\w+)'", line):
                inside = found[1]
            stripped = line.strip()
            if (
                stripped
                and not stripped.startswith("#")
                and not re.match(r"[a-z_]+ = ", stripped)
                and not re.match(r"\* \*", stripped)
            ):
                yield from re.split(r"\s&&\s", re.split(r"\s+#\s", stripped)[0])
    yield from SPAN.findall(text)


COMMANDS = [(page.name, line) for page in PAGES for line in lines_of(page.read_text(encoding="utf-8"))]


def fault(line):
    """Return what does not exist in a command; nothing when all of it does."""
    line = re.split(r"\s(?:>|<<)\s?", line)[0].replace("…", "X")
    words = [word for word in shlex.split(line) if not re.fullmatch(r"[A-Z_]+=\S*", word)]
    return check(words) if words else ""


def check(words):
    program, *rest = words
    checks = {
        "manage.py": django,
        "make": make,
        "python": python,
        ".venv/bin/python": python,
        "docker": docker,
        "kubectl": kubectl,
    }
    if program in checks:
        return checks[program](rest)
    return "" if program in KNOWN else f"{program} is not known"


def django(rest):
    name, *given = rest
    if name not in get_commands():
        return f"there is no command {name}"
    command = load_command_class(get_commands()[name], name)
    options = command.create_parser("manage.py", name)._option_string_actions
    return next(
        (f"{name} has no {word}" for word in given if word.startswith("--") and word.split("=")[0] not in options), ""
    )


def make(rest):
    return next((f"make has no {word}" for word in rest if "=" not in word and word not in TARGETS), "")


def python(rest):
    if rest[0] == "-m":
        return "" if importlib.util.find_spec(rest[1]) else f"there is no module {rest[1]}"
    if rest[0] == "-c":
        compile(rest[1], "the page", "exec")
        return ""
    if rest[0] == "manage.py":
        return django(rest[1:])
    return "" if (ROOT / rest[0]).is_file() else f"there is no file {rest[0]}"


def docker(rest):
    if rest[0] != "compose":
        return "" if rest[0] == "build" else f"docker {rest[0]}"
    assert rest[1] == "-f"
    if not (ROOT / rest[2]).is_file():
        return f"there is no file {rest[2]}"
    verb, *words = rest[3:]
    if verb not in {"build", "run", "up", "exec", "ps", "logs", "restart"}:
        return f"compose {verb}"
    named = [word for word in words if not word.startswith("-") and not word.isdecimal()]
    if verb in {"run", "exec"}:
        service, *inside = named
        full = words[words.index(service) + 1 :]
        return (check(full) if inside else "") if service in COMPOSE else f"there is no service {service}"
    return next((f"there is no service {word}" for word in named if word not in COMPOSE), "")


def kubectl(rest):
    text = " ".join(rest)
    for option in ("--kustomize", "--filename"):
        if option in rest and not (ROOT / rest[rest.index(option) + 1]).exists():
            return f"there is no {rest[rest.index(option) + 1]}"
    for name in re.findall(r"(?:deployment|job)[/ ](gaitway[a-z-]*)", text):
        if f"name: {name}\n" not in DEPLOYED:
            return f"nothing is called {name}"
    for name in re.findall(r"--container (\w+)", text):
        if f"- name: {name}\n" not in DEPLOYED:
            return f"no container is called {name}"
    for name in re.findall(r"--from-file=(\w+)", text):
        if f"/run/secrets/gaitway/{name}" not in (ROOT / "deploy/kubernetes/settings/gaitway.env").read_text():
            return f"nobody reads the secret {name}"
    return ""


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=[f"{page}: {line[:50]}" for page, line in COMMANDS])
def test_a_command_that_is_shown_exists(page, line):
    assert fault(line) == ""


def test_enough_was_looked_at():
    assert len(COMMANDS) > 60
    assert {page for page, _ in COMMANDS} == {page.name for page in PAGES}


@pytest.mark.parametrize(
    "line",
    [
        "manage.py no_such_command", "manage.py audit_releases --no-such-option", "make no-such-target",
        "frobnicate -x",
        "docker compose -f deploy/compose.yaml exec app-9 ls",
        "docker compose -f deploy/other.yaml up",
        "docker compose -f deploy/compose.yaml exec app-1 python manage.py nonsense", "python tools/nothing.py",
        "kubectl apply --kustomize deploy/nowhere", "kubectl rollout status deployment/gaitway-other",
        "python -m portal.work.nothing",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_found(line):
    assert fault(line) != ""
