"""What an unsafe start is: each fault with the variable that it comes from and what to do about it.

Asked when the application or the worker starts where others read (`IN_EARNEST`), and by `manage.py check --deploy`. A
database that does not answer refuses nothing: released pages and checks are served without it.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  # Django's own names
from django.db import Error as DatabaseError
from django.db import connection
from django.http.request import validate_host

from portal.configuration import LOCAL, VARIABLES, is_set
from review.demo import ACCOUNTS
from triage.around import around
from triage.artefacts import shelf

LENGTH, DIFFERENT = 50, 10
MADE = "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
# Mails that go to nobody.
NOWHERE = ("console", "dummy", "locmem", "filebased")
# What an unsafe start ends with.
REFUSED = 78


@dataclass(frozen=True)
class Fault:
    """Something unsafe: the variable, what is wrong, what to do. What is not `grave` is said and does not refuse."""

    variable: str
    wrong: str
    remedy: str
    grave: bool = True

    def __str__(self) -> str:
        return f"{self.variable}: {self.wrong} {self.remedy}"


def _debug() -> Iterator[Fault]:
    if settings.DEBUG:
        yield Fault(
            "DEBUG", "It is on: whoever meets an error reads code and settings.", "Set it to 0, or leave it out."
        )


def _key(name: str, value: str) -> Iterator[Fault]:
    if not is_set(name):
        yield Fault(name, "It is not set.", f"Make one with {MADE}, and keep it where your other secrets are.")
    elif len(value) < LENGTH or len(set(value)) < DIFFERENT or value.startswith("django-insecure-"):
        yield Fault(name, f"It can be guessed: it needs {LENGTH} random characters.", f"Make one with {MADE}.")


def _keys() -> Iterator[Fault]:
    yield from _key("SECRET_KEY", settings.SECRET_KEY)
    yield from _key("RECEIPT_KEY", settings.TRIAGE_RECEIPT_KEY)
    if is_set("RECEIPT_KEY") and settings.TRIAGE_RECEIPT_KEY == settings.SECRET_KEY:
        told = "It is the same as SECRET_KEY: a change of that would make codes unreadable that people hold on paper."
        yield Fault("RECEIPT_KEY", told, f"Give it a key of its own, made with {MADE}.")


def _address() -> Iterator[Fault]:
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    if not settings.SITE_URL.startswith("https://"):
        told = "It does not begin with https://: passwords, cookies and what people answer would travel readable."
        yield Fault("SITE_URL", told, "Put TLS before the site, and set it to its https:// address.")
    elif not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_SSL_REDIRECT):
        told = "Cookies would travel over http as well."
        yield Fault(
            "SITE_URL", told, "Leave SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE, SECURE_SSL_REDIRECT as they come."
        )
    if "*" in settings.ALLOWED_HOSTS:
        told = "It holds *: links in mails could be made to lead to anybody's host."
        yield Fault("ALLOWED_HOSTS", told, "List the names that the site has.")
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        told = f"{host or 'The host of SITE_URL'} is not among them: every reader would be refused."
        yield Fault("ALLOWED_HOSTS", told, "Add the host of SITE_URL.")
    if host in LOCAL:
        told = f"It names {host}, while ALLOWED_HOSTS names others: links in mails would lead nowhere."
        yield Fault("SITE_URL", told, "Set it to the public address.")
    if settings.TRUSTED_PROXIES < 1:
        told = "It is 0, while a proxy brings the site its https requests: all readers would seem to be one address."
        yield Fault("TRUSTED_PROXIES", told, "Set it to the number of your own proxies, 1 for the web server alone.")


def _people() -> Iterator[Fault]:
    if not settings.SECOND_FACTOR_REQUIRED:
        told = "It is off: a password alone would be enough to sign what readers are told."
        yield Fault("SECOND_FACTOR", told, "Set it to 1, or leave it out.")
    if settings.EMAIL_BACKEND.split(".")[-2] in NOWHERE:
        told = "It is not set: nobody would hear of what waits, of concerns, or get a link for a password."
        yield Fault("EMAIL_HOST", told, "Set it to the server that takes your mails.")
    elif VARIABLES["EMAIL_FROM"].default == settings.DEFAULT_FROM_EMAIL:
        yield Fault("EMAIL_FROM", "It is not set.", "Set it to an address of yours that takes answers.")
    if not is_set("EMERGENCY_NUMBER"):
        number = settings.EMERGENCY_NUMBER
        told = f"It is not set: while parts of the site are down readers would be told to call {number}."
        yield Fault("EMERGENCY_NUMBER", told, "Set it to the number that is dialled where your readers are.")
    if not settings.EMERGENCY_PLACE and around(shelf())["dial"].elsewhere:
        told = "It is not set, while this site has numbers for several places: some errors would tell a number alone."
        yield Fault("EMERGENCY_PLACE", told, "Name the place in which EMERGENCY_NUMBER is dialled.", grave=False)
    if not settings.SECURITY_CONTACTS:
        told = "It is not set: who finds a fault of security is not told whom to tell."
        yield Fault("SECURITY_CONTACT", told, "Set it to a mailto: or https: address.", grave=False)


def _places() -> Iterator[Fault]:
    if connection.vendor == "sqlite":
        told = "The data is in SQLite: one machine, one writer at a time, and no copy that follows."
        yield Fault("DATABASE_URL", told, "Set it to the postgres:// address of your PostgreSQL.")
    if not settings.KEEP_PAGES:
        told = "It is off: no page could be read while the database is down."
        yield Fault("KEEP_PAGES", told, "Set it to 1, or leave it out.", grave=False)
    for name, place in (
        ("PAGES_DIR", settings.PAGES_DIR), ("TRIAGE_ARTEFACTS", settings.TRIAGE_ARTEFACTS),
        ("MEDIA_DIR", settings.MEDIA_ROOT), ("COUNTS_DIR", settings.TRIAGE_COUNTS),
    ):  # fmt: skip
        if not can_write(Path(place)):
            yield Fault(name, f"Nothing can be written to {place}.", "Mount a folder there that the site's user owns.")


def nearest(place: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    return next(one for one in (place, *place.parents) if one.exists())


def can_write(place: Path) -> bool:
    """Whether a folder can be written to, or be made."""
    there = nearest(place)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _accounts() -> Iterator[Fault]:
    try:
        names = list(get_user_model().objects.filter(username__in=ACCOUNTS, is_active=True).values_list("username"))
    except DatabaseError:
        return
    if names:
        told = f"{len(names)} demonstration accounts are open, {names[0][0]} among them."
        yield Fault("Accounts", told, "Close them: manage.py demo_accounts --remove.")


#: Each looks at the settings as they are, and yields what is unsafe in them.
CHECKS: tuple[Callable[[], Iterator[Fault]], ...] = (_debug, _keys, _address, _people, _places, _accounts)


def faults() -> list[Fault]:
    """Return everything unsafe; the last check asks the database one question."""
    return [fault for check in CHECKS for fault in check()]


def refuse_unsafe() -> None:
    """End the process with the faults in words, where others read the site and one of them is grave."""
    if not settings.IN_EARNEST:
        return
    found = faults()
    for fault in found:
        print(f"{'REFUSED' if fault.grave else 'Mind'}  {fault}", file=sys.stderr)  # noqa: T201  # before there is a log
    if any(fault.grave for fault in found):
        print("The site does not start like this. docs/configuration.md lists all variables.", file=sys.stderr)  # noqa: T201
        raise SystemExit(REFUSED)


@register(deploy=True)
def safe_to_start(**kwargs: Any) -> list[CheckMessage]:
    """Say the same where somebody asks before a start."""
    return [
        (Error if fault.grave else Warning)(
            f"{fault.variable}: {fault.wrong}",
            hint=fault.remedy,
            id=f"portal.{'E' if fault.grave else 'W'}010",
        )
        for fault in faults()
    ]
