"""Give or take a role of the review; what the admin refuses, the operator of the machine can do."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.accounts.administrators import NOBODY_LEFT, administrators
from review.record import record
from review.roles import GROUPS, make_roles

ROLES = {name.split()[-1].lower(): name for name in GROUPS}


class Command(BaseCommand):
    """Writes down every change, with the reason."""

    help = "Give a person a role, or take it: editors, reviewers, keepers or administrators."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who, which role, and why."""
        parser.add_argument("username")
        parser.add_argument("role", choices=sorted(ROLES))
        parser.add_argument("--reason", required=True, help="written down for good")
        parser.add_argument("--take", action="store_true", help="take the role instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the role and record it."""
        user = get_user_model().objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}.")
        group = make_roles()[ROLES[options["role"]]]
        with transaction.atomic():
            somebody = administrators().exists()
            (user.groups.remove if options["take"] else user.groups.add)(group)
            if somebody and not administrators().exists():
                raise CommandError(NOBODY_LEFT)
        what = "role taken" if options["take"] else "role given"
        reason = options["reason"]
        record(what, by=None, now=timezone.now(), account=user.pk, role=group.name, reason=reason, way="command")
        self.stdout.write(f"{user}: {what}, {group.name}.")
