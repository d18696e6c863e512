"""End every session of a person, or of everybody."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.accounts import sessions
from review.record import record


class Command(BaseCommand):
    """For the operator: somebody has left, lost a device, or may have been robbed of a cookie."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose."""
        parser.add_argument("username", nargs="?", default="")
        parser.add_argument("--all", action="store_true", help="everybody's")

    def handle(self, *args: Any, **options: Any) -> None:
        """End them, and write it down."""
        users = get_user_model().objects.all()
        if not options["all"]:
            users = users.filter(username=options["username"])
            if not users:
                raise CommandError(f"There is no account “{options['username']}”.")
        for user in users:
            if ended := sessions.end(user):
                record("sessions ended", by=None, now=timezone.now(), account=user.pk, number=ended)
                self.stdout.write(f"{user}: {ended}")
