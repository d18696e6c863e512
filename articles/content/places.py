"""Places in the tree and ids for many new pages at once, so that entries can refer to each other in any order."""

from collections.abc import Sequence

from django.db.models import F
from wagtail.models import Page

from review.logged import log_together
from review.models import ReviewedPage

BASE = [field for field in Page._meta.concrete_fields if not field.primary_key]


def give_places(parent: Page, pages: Sequence[ReviewedPage]) -> None:
    """Put new drafts at the end below a page: from now on each has its id and its address, and nothing else yet.

    The history says who created them, as it does of pages that are made one by one.
    """
    # one that is right here knows of children that it has got meanwhile
    last = parent.get_last_child() if parent.numchild else None
    digits = Page.numconv_obj()
    taken = digits.str2int(last.path[-Page.steplen :]) if last else 0
    for step, page in enumerate(pages, taken + 1):
        page.path = parent.path + digits.int2str(step).rjust(Page.steplen, Page.alphabet[0])
        page.depth = parent.depth + 1
        page.set_url_path(parent)
    rows = [Page(**{field.attname: getattr(page, field.attname) for field in BASE}) for page in pages]
    for page, row in zip(pages, Page.objects.bulk_create(rows), strict=True):
        page.pk = page.id = row.pk
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(pages))
    parent.numchild += len(pages)
    log_together("wagtail.create", [(page, None) for page in pages])


def fill_place(page: ReviewedPage) -> None:
    """Write a page whose place is kept, for the first time."""
    # the gate is asked about it as about every other row; Wagtail's own part of it is there already
    page.save_base(raw=True, force_insert=True)
    names = ("title", "draft_title", "seo_title", "search_description")
    Page.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in names})
    for field in page._meta.many_to_many:
        getattr(page, field.name).commit()
