"""Mail to those who have to act; sent after the commit, never a reason for anything to fail."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction

from review.models.concern import Concern
from review.models.submission import Submission

logger = logging.getLogger(__name__)


_silent: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def silence() -> Iterator[None]:
    """Tell nobody: for demonstrations, which nobody has to act on."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def later(tell: Callable[..., None], *args: Any) -> None:
    """Tell after the commit; a mail server that is down is written to the log."""

    def telling() -> None:
        try:
            tell(*args)
        except (OSError, SMTPException):
            logger.warning("No mail could be sent: %s", tell.__name__)

    if settings.REVIEW_MAIL and not _silent.get():
        transaction.on_commit(telling)


def with_permission(codename: str) -> list[str]:
    """Return the addresses of active people with a permission of this app."""
    people = get_user_model().objects.with_perm(
        f"review.{codename}", backend="django.contrib.auth.backends.ModelBackend", include_superusers=False
    )
    return sorted(people.exclude(email="").values_list("email", flat=True))


def tell_each(addresses: Iterable[str], subject: str, text: str) -> None:
    """Send one plain mail to each address."""
    for address in addresses:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address], fail_silently=False)


def tell(address: str, subject: str, text: str) -> bool:
    """Send one plain mail; return whether it went out, and write to the log when it did not."""
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address], fail_silently=False)
    except (OSError, SMTPException):
        logger.warning("No mail could be sent: %s", subject)
        return False
    return True


def review_url(submission: Submission) -> str:
    """Return the address of the review screen."""
    return f"{settings.WAGTAILADMIN_BASE_URL}/admin/review/{submission.pk}/"


def submitted(pk: int) -> None:
    """Tell reviewers that a text waits for them."""
    row = Submission.objects.get(pk=pk)
    text = f"“{row.title}” waits for review ({row.change_class.label} change).\n\n{review_url(row)}\n"
    tell_each(with_permission("sign_off"), f"To review: {row.title}", text)


def signed(pk: int) -> None:
    """Tell the submitter that all signatures are there."""
    _tell_submitter(pk, "Signed", "has all its signatures and can be released.")


def released(pk: int) -> None:
    """Tell the submitter that the text is public."""
    _tell_submitter(pk, "Released", "is public now.")


def changes_requested(pk: int) -> None:
    """Tell the submitter that the text has to change."""
    _tell_submitter(pk, "Changes requested", "has to change before it can be signed.")


def withdrawn(page_id: int, reason: str) -> None:
    """Tell reviewers that a page was withdrawn."""
    text = f"Page {page_id} was withdrawn: {reason}\n"
    tell_each(with_permission("sign_off"), "A page was withdrawn", text)


def rollback_asked(page_id: int, reason: str) -> None:
    """Tell reviewers that a rollback waits for a second one of them."""
    text = f"Page {page_id} is to go back to an earlier text: {reason}\nA second reviewer has to agree.\n\n"
    address = f"{settings.WAGTAILADMIN_BASE_URL}/admin/review/page/{page_id}/\n"
    tell_each(with_permission("sign_off"), "A rollback needs a second reviewer", text + address)


def concern_raised(pk: int) -> None:
    """Tell reviewers that a reader finds a page unsafe; the words stay on the site."""
    row = Concern.objects.get(pk=pk)
    text = (
        f"A reader says that “{row.page_title}” is unsafe. Answer by {row.due_at:%d %B %Y %H:%M} UTC.\n\n"
        f"{settings.WAGTAILADMIN_BASE_URL}/admin/review/concerns/\n"
    )
    tell_each(with_permission("sign_off"), f"Concern: {row.page_title}", text)


def _tell_submitter(pk: int, subject: str, sentence: str) -> None:
    row = Submission.objects.select_related("submitted_by").get(pk=pk)
    if row.submitted_by and row.submitted_by.email:
        tell_each(
            [row.submitted_by.email], f"{subject}: {row.title}", f"“{row.title}” {sentence}\n\n{review_url(row)}\n"
        )
