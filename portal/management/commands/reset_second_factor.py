"""Take a lost second factor away, on the machine and not in the admin: nobody there can act as a reviewer by it."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.accounts import second_factor
from review.record import record


class Command(BaseCommand):
    """For somebody who lost phone and recovery codes, after the operator has made sure who asks."""

    help = "Remove the second factor of an account; the person sets up another at the next login."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whose, and how the operator knew who asked."""
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="how it was made sure who asks; written down for good")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it and record it."""
        user = get_user_model().objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}.")
        second_factor.remove(user)
        record("second factor reset", by=None, now=timezone.now(), account=user.pk, reason=options["reason"])
        self.stdout.write(f"{user} logs in with the password alone once more.")
