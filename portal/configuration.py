"""Every variable of the environment that the site reads: its name, type, default and meaning, once and here.

`docs/configuration.md` is made from this file (`tools/configuration.py`). Nothing else in the site looks into the
environment. What cannot be read ends the start with a sentence that names the variable. A secret may also come from a
file: NAME_FILE holds its path, as container platforms hand secrets over.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})
FILE = "_FILE"
LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


class ConfigurationError(SystemExit):
    """What cannot be read; ends the start with its sentence and without a trace of the code."""


class Kind(StrEnum):
    """What a variable holds, in the words of the reference."""

    TEXT = "text"
    SECRET = "secret text"  # noqa: S105  # the name of a kind
    ADDRESS = "address"
    SECRET_ADDRESS = "address with a password"  # noqa: S105  # the same
    FLAG = "1 or 0"
    NUMBER = "whole number"
    SECONDS = "seconds"
    LIST = "list, comma separated"
    PATH = "path"


SECRETS = frozenset({Kind.SECRET, Kind.SECRET_ADDRESS})


@dataclass(frozen=True)
class Variable:
    """One variable; `default` is as it would be written, or follows from others as `otherwise` says in words."""

    name: str
    kind: Kind
    meaning: str
    default: str | Callable[[], str] = ""
    otherwise: str = ""
    choices: tuple[str, ...] = ()


def _var(*parts: str) -> Callable[[], str]:
    return lambda: str(path("GAITWAY_VAR").joinpath(*parts))


GROUPS: dict[str, tuple[Variable, ...]] = {
    "The site": (
        Variable("SITE_URL", Kind.ADDRESS, "The public address. With https, cookies, redirects and HSTS follow.",
                 lambda: f"http://localhost:{text('PORT')}", "http://localhost with the port of PORT"),
        Variable("ALLOWED_HOSTS", Kind.LIST, "Host names that are answered.", "localhost,127.0.0.1,[::1]"),
        Variable("DEBUG", Kind.FLAG, "Shows traces of errors to everybody; never on a public host.", "0"),
        Variable("EMERGENCY_NUMBER", Kind.TEXT, "Whom readers are told to call while parts of the site are down.",
                 "112"),
        Variable("EMERGENCY_PLACE", Kind.TEXT, "Where that number is dialled, as people say it; stands beside it."),
        Variable("SECURITY_CONTACT", Kind.LIST, "Where faults of security are told, as mailto: or https:, for"
                 " security.txt."),
        Variable("SECOND_FACTOR", Kind.FLAG, "Asks reviewers and administrators for one-time codes.",
                 lambda: "1" if text("SITE_URL").startswith("https://") else "0", "1 when SITE_URL is https, else 0"),
        Variable("TRUSTED_PROXIES", Kind.NUMBER, "How many proxies of ours stand in front and name the client.", "0"),
        Variable("PARTNER_RATE", Kind.TEXT, "How often one address may run a check over the interface, in each"
                 " process.", "600/min"),
    ),
    "Keys": (
        Variable("SECRET_KEY", Kind.SECRET, "Signs sessions, links in mails and kept pages; at least 50 characters.",
                 otherwise="made once and kept in GAITWAY_VAR"),
        Variable("SECRET_KEYS_BEFORE", Kind.SECRET, "Former keys, comma separated: what they have signed is still"
                 " believed. For the days after a change of SECRET_KEY."),
        Variable("RECEIPT_KEY", Kind.SECRET, "Seals the codes that people take to a doctor; codes of another key"
                 " cannot be read.", otherwise="SECRET_KEY"),
    ),
    "Data": (
        Variable("DATABASE_URL", Kind.SECRET_ADDRESS, "Where the data is, as postgres://NAME:PASSWORD@HOST/DATABASE.",
                 otherwise="SQLite in GAITWAY_VAR"),
        Variable("DATABASE_SECONDS", Kind.SECONDS, "After so long without an answer from PostgreSQL a request gives"
                 " up; 0: never.", "0", "2.5 where readers wait, 0 for commands"),
        Variable("REPLICA_URL", Kind.SECRET_ADDRESS, "A copy that follows the database: pages are made from it, and"
                 " searches answered."),
        Variable("GAITWAY_VAR", Kind.PATH, "The folder that the site writes to.", lambda: str(BASE_DIR / "var"),
                 "`var/` beside the code"),
        Variable("MEDIA_DIR", Kind.PATH, "Uploaded files; all machines share them.", _var("media"),
                 "`media/` in GAITWAY_VAR"),
        Variable("STATIC_DIR", Kind.PATH, "Collected styles, scripts and drawings.", _var("static"),
                 "`static/` in GAITWAY_VAR"),
        Variable("PAGES_DIR", Kind.PATH, "Kept pages, for this machine's processes and the web server before them.",
                 _var("pages"), "`pages/` in GAITWAY_VAR"),
        Variable("TRIAGE_ARTEFACTS", Kind.PATH, "Released checks, ready to run.", _var("artefacts"),
                 "`artefacts/` in GAITWAY_VAR"),
        Variable("PRINT_PAPERS", Kind.FLAG, "Makes PDFs of guides, sheets and summaries; needs Pango.", "1"),
        Variable("PAPERS_DIR", Kind.PATH, "PDFs of guides and sheets.", _var("papers"), "`papers/` in GAITWAY_VAR"),
        Variable("CLAIM_WATCH", Kind.FLAG, "Asks other sites each night whether our sources still stand.", "0"),
        Variable("WATCH_CONTACT", Kind.TEXT, "Whom those sites can write to, such as `mailto:editors@example.org`."),
        Variable("WATCH_FEED", Kind.TEXT, "The table of Retraction Watch: a file, or its https address."),
        Variable("WATCH_CROSSREF", Kind.TEXT, "Where notices about a DOI are asked for; `none`: nowhere.",
                 "https://api.crossref.org"),
        Variable("COUNTS_DIR", Kind.PATH, "Counts of checks on their way into the database; the worker empties it, so"
                 " all machines share it.", _var("counts"), "`counts/` in GAITWAY_VAR"),
        Variable("KEEP_PAGES", Kind.FLAG, "Makes each released page once and keeps it.",
                 lambda: "0" if flag("DEBUG") else "1", "1 unless DEBUG is 1"),
        Variable("KEEP_PAGES_BYTES", Kind.NUMBER, "How much of the kept pages each process holds in memory.",
                 "134217728"),
    ),
    "Mail": (
        Variable("EMAIL_HOST", Kind.TEXT, "The server that takes our mails.", otherwise="mails are printed"),
        Variable("EMAIL_PORT", Kind.NUMBER, "Its port.", "587"),
        Variable("EMAIL_USER", Kind.TEXT, "Name at that server."),
        Variable("EMAIL_PASSWORD", Kind.SECRET, "Password at that server."),
        Variable("EMAIL_SECURITY", Kind.TEXT, "How the way there is protected.", "starttls",
                 choices=("starttls", "tls", "none")),
        Variable("EMAIL_FROM", Kind.TEXT, "Who our mails are from.", "webmaster@localhost"),
    ),
    "Looking after it": (
        Variable("LOG_LEVEL", Kind.TEXT, "From which level on lines are written.", "WARNING",
                 choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
        Variable("LOG_FORMAT", Kind.TEXT, "Lines for programs or for eyes.",
                 lambda: "json" if in_earnest() else "line", "json, or line on this machine alone",
                 choices=("json", "line")),
        Variable("BACKUP_MARK", Kind.PATH, "A file that your backup touches when it has ended well; its age is shown"
                 " and measured."),
        Variable("GAITWAY_REVISION", Kind.TEXT, "Which revision of the code an image was built from, to be shown."),
        Variable("OTEL_EXPORTER_OTLP_ENDPOINT", Kind.ADDRESS, "Collector that traces go to; needs the packages of"
                 " requirements-traces.txt. The other OTEL_… variables are those of OpenTelemetry.",
                 otherwise="no traces"),
    ),
    "Only `make run`": (
        Variable("HOST", Kind.TEXT, "Where it listens.", "127.0.0.1"),
        Variable("PORT", Kind.NUMBER, "Where it listens.", "8000"),
        Variable("WEB_WORKERS", Kind.NUMBER, "How many processes answer.", "1"),
    ),
}  # fmt: skip
VARIABLES = {variable.name: variable for group in GROUPS.values() for variable in group}


def is_set(name: str) -> bool:
    """Whether somebody has given a variable, itself or as a file."""
    return _given(VARIABLES[name]) is not None


def text(name: str) -> str:
    """Return a variable as text; its default when it is not set. KeyError when it is not declared above."""
    variable = VARIABLES[name]
    value = _given(variable)
    if value is None:
        value = variable.default if isinstance(variable.default, str) else variable.default()
    if variable.choices and value not in variable.choices:
        raise ConfigurationError(f"{name} is “{value}”. Set it to one of: {', '.join(variable.choices)}.")
    return value


def _given(variable: Variable) -> str | None:
    """Return what the environment says, from a file where that is allowed; None for nothing or an empty word."""
    value = os.environ.get(variable.name) or None
    place = os.environ.get(variable.name + FILE) if variable.kind in SECRETS else None
    if not place:
        return value
    if value:
        raise ConfigurationError(f"{variable.name} and {variable.name}{FILE} are both set. Keep one of them.")
    try:
        return Path(place).read_text(encoding="utf-8").strip() or None
    except OSError as error:
        said = f"{variable.name}{FILE} names {place}, which cannot be read: {error.strerror}. Mount the secret there."
        raise ConfigurationError(said) from error


def flag(name: str) -> bool:
    """Return a yes or no."""
    value = text(name).strip().lower()
    if value not in YES | NO:
        raise ConfigurationError(f"{name} is “{value}”. Set it to 1 or to 0.")
    return value in YES


def number(name: str) -> int:
    """Return a whole number that is not negative."""
    value = text(name)
    if not value.strip().isdecimal():
        raise ConfigurationError(f"{name} is “{value}”. Set it to a whole number, such as 1.")
    return int(value)


def seconds(name: str) -> float:
    """Return a span of time in seconds."""
    try:
        return max(0.0, float(text(name)))
    except ValueError as error:
        raise ConfigurationError(f"{name} is “{text(name)}”. Set it to seconds, such as 2.5.") from error


def listed(name: str) -> list[str]:
    """Return a comma separated variable as a list without empty entries."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def path(name: str) -> Path:
    """Return a path."""
    return Path(text(name))


def in_earnest() -> bool:
    """Whether the site is for others: it has a name that other machines know."""
    host = urlsplit(text("SITE_URL")).hostname or ""
    return any(name not in LOCAL and not name.endswith(".localhost") for name in [host, *listed("ALLOWED_HOSTS")])
