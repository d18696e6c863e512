"""Keep the indexes of many new pages with one update each, instead of one for every save on the way."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db.models.signals import post_save
from modelsearch.backends import get_search_backends_with_name
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update


@contextmanager
def indexed_at_the_end(models: Collection[type[Page]], pages: Sequence[Page]) -> Iterator[None]:
    """Pause the indexes for pages of these types, then update both for `pages`, as they and the list are in the end."""
    for model in models:
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        for model in models:
            post_save.connect(post_save_signal_handler, sender=model)
    for model in dict.fromkeys(type(page) for page in pages):
        fresh = list(model.objects.filter(pk__in=[page.pk for page in pages if type(page) is model]))
        for page in fresh:
            ReferenceIndex.create_or_update_for_object(page)
        for _, backend in get_search_backends_with_name(with_auto_update=True):
            backend.add_bulk(model, fresh)
