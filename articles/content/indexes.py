"""Keep the indexes of many new pages with one update each, instead of one for every save on the way."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models.signals import post_save
from modelsearch.index import insert_or_update_object
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from articles.content.kinds import KINDS


@contextmanager
def indexed_at_the_end(pages: list[Page]) -> Iterator[None]:
    """Pause the search and reference indexes, then update both for `pages` as they are in the end."""
    models = [kind.model for kind in KINDS.values()]
    for model in models:
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        for model in models:
            post_save.connect(post_save_signal_handler, sender=model)
    for page in pages:
        fresh = type(page).objects.get(pk=page.pk)
        ReferenceIndex.create_or_update_for_object(fresh)
        insert_or_update_object(fresh)
