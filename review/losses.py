"""What readers lose elsewhere when a page is taken off the site: told to whoever is about to do it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from review import queries
from review.models import ReviewedPage


@dataclass(frozen=True)
class Loss:
    """The released pages that show a page, by what its withdrawal does to them."""

    whole: tuple[Page, ...] = ()
    """Those that go off the site with it."""
    in_part: tuple[Page, ...] = ()
    """Those that are shown without it."""


def of(page: Any) -> Loss:
    """Return what readers lose elsewhere when a page is withdrawn."""
    around = Page.objects.filter(pk__in=queries.touched_by(page.pk)).order_by("title")
    pages = around.filter(pk__in=[one.pk for one in around if _may_go(one)]).specific()
    left: list[Any] = list(pages)
    whole: set[int] = set()
    going = [page]
    while going:
        # what goes takes along what goes with it
        going = [one for one in left if any(one.goes_with(gone) for gone in going)]
        whole |= {one.pk for one in going}
        left = [one for one in left if one.pk not in whole]
    return Loss(tuple(one for one in around if one.pk in whole), tuple(one for one in around if one.pk not in whole))


def _may_go(page: Page) -> bool:
    """Whether pages of this kind are not simply shown without what is gone."""
    return bool(page.specific_class.goes_with is not ReviewedPage.goes_with)


def number_of_users(ids: Iterable[int]) -> dict[int, int]:
    """Return for some pages how many released pages show each of them."""
    return {pk: len(users) for pk, users in queries.touched(set(ids)).items()}
