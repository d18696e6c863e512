"""Make and print the demonstration accounts."""

import json
import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand

from portal.accounts.administrators import administrators
from review.demo import ACCOUNTS, make_people

FILE = settings.VAR_DIR / "demo-accounts.json"
ROLES = {
    "demo-author": "writes and submits",
    "demo-reviewer": "reviews and signs",
    "demo-reviewer-2": "second reviewer, for safety and protocols",
    "demo-admin": "administrator: accounts and roles",
    "demo-registrar": "keeps the reviewers' credentials",
}


def fresh() -> dict[str, tuple[str, str]]:
    """Return a new password for each account, and what is kept of it; needs no database and takes a second."""
    passwords = {name: secrets.token_urlsafe(12) for name in ACCOUNTS}
    return {name: (password, make_password(password)) for name, password in passwords.items()}


class Command(BaseCommand):
    """Makes accounts with fresh passwords once; prints them from a file that only this user can read."""

    help = "Make the demonstration accounts and print their passwords; --remove closes them."
    stealth_options = ("fresh",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to close the accounts."""
        parser.add_argument("--remove", action="store_true", help="close the demonstration accounts for good")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or print; or close."""
        if options["remove"]:
            self._close()
            return
        passwords = self._known() or self._make(options.get("fresh") or fresh())
        self.stdout.write("\n  Demonstration accounts, for trying the site out; remove them before real use:")
        for name, password in passwords.items():
            self.stdout.write(f"    {name:<16} {password:<24} {ROLES[name]}")
        if not settings.SECOND_FACTOR_REQUIRED:
            self.stdout.write("  One-time codes are OFF here; on https whoever decides needs them (SECOND_FACTOR).")

    def _known(self) -> dict[str, str] | None:
        """Return the passwords made earlier, if they still open these accounts."""
        if not FILE.exists():
            return None
        passwords: dict[str, str] = json.loads(FILE.read_text())
        users = get_user_model().objects.in_bulk(list(ACCOUNTS), field_name="username")
        name, password = next(iter(passwords.items()))
        if set(passwords) != set(ACCOUNTS) or set(users) != set(ACCOUNTS) or not users[name].check_password(password):
            return None
        return passwords

    def _make(self, made: dict[str, tuple[str, str]]) -> dict[str, str]:
        make_people()
        for user in get_user_model().objects.filter(username__in=made):
            user.password = made[user.username][1]
            user.is_active = True
            user.save()
        passwords = {name: password for name, (password, _) in made.items()}
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.touch(mode=0o600)
        FILE.write_text(json.dumps(passwords))
        return passwords

    def _close(self) -> None:
        """Close the accounts; they are never deleted, because sign-offs and history name them."""
        for user in get_user_model().objects.filter(username__in=ACCOUNTS):
            user.set_unusable_password()
            user.is_active = False
            user.save()
        FILE.unlink(missing_ok=True)
        self.stdout.write("The demonstration accounts are closed. What they signed still says so.")
        if not administrators().exists():
            self.stdout.write("Nobody keeps accounts now: `manage.py give_role NAME administrators --reason …`.")
