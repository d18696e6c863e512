"""Make the roles, the checklist and the workflow of the review."""

from typing import Any

from django.core.management.base import BaseCommand

from review import roles


class Command(BaseCommand):
    """Can be run again at any time; changes nothing that is there."""

    help = "Make the groups, the checklist and the workflow that the review needs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        roles.make_roles()
        roles.make_workflow()
