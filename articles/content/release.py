"""Release loaded pages through the same gate as everybody's pages, by demonstration accounts."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from wagtail.log_actions import LogContext
from wagtail.models import Page

from articles.models import TranslationPage
from review import batch, demo
from review.models import ReviewedPage


@contextmanager
def as_demonstration_author(people: demo.People | None = None) -> Iterator[None]:
    """Let the history say that the demonstration author wrote what is loaded meanwhile."""
    with LogContext(user=(people or demo.make_people()).author):
        yield


def release_as_demonstration(pages: list[ReviewedPage], people: demo.People | None = None) -> None:
    """Save each page as a draft of the demonstration author; then submit, sign and release them all.

    Nothing is left out of the review; the sign-offs say that they are a demonstration.
    """
    if not pages:
        return
    people = people or demo.make_people()
    nobodys = [page for page in pages if page.owner_id is None]
    for page in nobodys:
        page.owner = people.author
    Page.objects.filter(pk__in=[page.pk for page in nobodys], live=False).update(owner=people.author)
    with transaction.atomic(), batch.nothing_released():
        for page in pages:
            page.save_revision(user=people.author, clean=False)  # a submission asks for more than a save does
            if isinstance(page, TranslationPage) and hasattr(page.source_page, "read_as_demonstration"):
                page.source_page.read_as_demonstration(page, by=people.reviewer)
        demo.release_as_demonstration(pages, people=people)
