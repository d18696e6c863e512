"""Whether everything that page types ask for before a sign-off is settled, for a text and for what shows it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

from review import overlay, queries
from review.doors import RefusedError
from review.fingerprint import fingerprint
from review.models.page import ReviewedPage
from review.models.submission import Standing
from review.problems import Problem


class UnsettledError(RefusedError):
    """Something that must have passed for exactly this text has not; `problems` says what."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("Not everything is settled for this text. " + " ".join(str(p) for p in problems[:5]))


def asks(model: type | None) -> bool:
    """Return whether pages of this type ask for anything at all."""
    return bool(
        model and issubclass(model, ReviewedPage) and model.sign_off_problems is not ReviewedPage.sign_off_problems
    )


def around(page_id: int | None) -> list[Page]:
    """Return the released pages that show this one, however deep inside, and ask for something."""
    ids = queries.touched_by(page_id) if page_id else []
    if not ids:
        return []
    found = Page.objects.filter(pk__in=ids, live=True)
    kinds = ContentType.objects.filter(pk__in=found.values("content_type"))
    asking = [kind.pk for kind in kinds if asks(kind.model_class())]
    return list(found.filter(content_type__in=asking).specific()) if asking else []


def subjects(page: Page) -> list[Page]:
    """Return whom to ask about a text: the page and the released pages that show it, where they ask for something."""
    return [page, *around(page.pk)] if asks(type(page)) else around(page.pk)


def open_for(subjects: Iterable[Page], *, beside: Mapping[int, Page], others: Iterable[Page] = ()) -> list[Problem]:
    """Return what is open for some texts and for others around them, with the texts `beside` in place."""
    found: list[Problem] = []
    with overlay.showing(beside):
        for page in subjects:
            if asks(type(page)):
                found += page.sign_off_problems(fingerprint(page))
        standing = Standing.objects.in_bulk([page.pk for page in others])
        for page in others:
            if page.pk not in beside and page.pk in standing:
                found += page.sign_off_problems(standing[page.pk].fingerprint)
    return found


def check(
    page_id: int,
    model: type | None,
    text: Callable[[], Page],
    *,
    in_review: Callable[[], Mapping[int, Page]],
    with_others: bool = True,
) -> list[Page]:
    """Raise unless a text is settled together with the others in review, or by itself; return whom it was asked of.

    Texts that only fit together can so be signed one by one; a release asks again, for exactly what is released.
    `text` is read only where somebody asks for something.
    """
    others = around(page_id) if with_others else []
    if not others and not asks(model):
        return []
    page = text()
    asked = [page, *others] if asks(model) else others
    alone = {page.pk: page}
    # what fits by itself needs no look at all the others, of which there may be hundreds
    if problems := open_for([page], beside=alone, others=others):
        beside = in_review()
        if len(beside) <= 1 or open_for([page], beside={**beside, **alone}, others=others):
            raise UnsettledError(problems)
    return asked


def check_open_questions(page: Page) -> None:
    """Raise while something outside of a text holds a question open against it."""
    if problems := page.open_questions():
        raise UnsettledError(problems)


def check_read(page: Page, *, demonstration: bool) -> None:
    """Raise while reviewers have not read all that a text leads to."""
    if problems := page.unread(demonstration=demonstration):
        raise UnsettledError(problems)


def milder(pages: Iterable[Page], *, beside: Mapping[int, Page]) -> list[str]:
    """Return one sentence for each group of people who are told something milder with the texts `beside` in place."""
    with overlay.showing(beside):
        return [sentence for page in pages for sentence in page.milder_groups()]


def check_reason(sentences: Sequence[str], reason: str) -> None:
    """Raise when something becomes milder and nobody has written why that is safe."""
    if sentences and not reason.strip():
        more = f" And {len(sentences) - 1} more." if len(sentences) > 1 else ""
        raise RefusedError(f"Some people are told something milder: {sentences[0]}{more} Write why that is safe.")


def check_release(pages: Mapping[int, Page]) -> dict[int, list[str]]:
    """Raise unless everything is settled for texts that become public in one moment.

    Returns by page what becomes milder: it needs two signers, each with a written reason.
    """
    shown_by = {pk: around(pk) for pk in pages}
    others = {one.pk: one for found in shown_by.values() for one in found}
    if problems := open_for(pages.values(), beside=pages, others=list(others.values())):
        raise UnsettledError(problems)
    own = {pk: page for pk, page in pages.items() if asks(type(page))}
    found = {pk: milder([page], beside=pages) for pk, page in {**others, **own}.items()}
    concerned = {pk: {one.pk for one in shown_by[pk]} | {pk} for pk in pages}
    return {pk: [text for one in ids for text in found.get(one, [])] for pk, ids in concerned.items()}
