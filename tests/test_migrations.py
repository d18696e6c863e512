"""Models and migrations agree."""

from pathlib import Path

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_blocks_stay_out_of_migrations():
    written = [p.name for p in Path("articles/migrations").glob("*.py") if "RichTextBlock" in p.read_text()]

    assert written == []
