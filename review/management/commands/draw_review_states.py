"""Write docs/review-states.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from review.transitions import document


class Command(BaseCommand):
    """Draws the table of allowed moves."""

    help = "Write docs/review-states.md from the table in review/transitions.py."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        (Path(settings.BASE_DIR) / "docs" / "review-states.md").write_text(document(), encoding="utf-8")
