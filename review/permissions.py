"""Who may do what: `check_can_…` raises with the reason, `can_…` answers."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy

from review import batch
from review.doors import RefusedError
from review.enums import State

SIGN, WITHDRAW, RELEASE, KEEP = (
    "review.sign_off",
    "review.withdraw_page",
    "review.release_page",
    "review.keep_credentials",
)
# Stands in a list of contributors for somebody we cannot name.
UNKNOWN = 0


class ReviewedPermissionTester(PagePermissionTester):
    """What a user may do with a page in the admin. Publishing is nobody's: only a release makes text public."""

    def can_publish(self) -> bool:
        """Nobody publishes by hand, superusers included."""
        return False

    def can_publish_subpage(self) -> bool:
        """Nobody publishes by hand."""
        return False

    def can_unpublish(self) -> bool:
        """A public page is withdrawn with a reason, through the review."""
        return False

    def can_unschedule(self) -> bool:
        """Whoever may release may also stop a scheduled release."""
        return bool(self.user.has_perm(RELEASE))

    def can_set_view_restrictions(self) -> bool:
        """Released text is for everybody; a draft is for nobody outside."""
        return False

    def can_reorder_children(self) -> bool:
        """The order in lists follows the tree; editors who add pages may sort them."""
        return bool(self.user.is_active and (self.user.is_superuser or "change" in self.permissions))

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """A public page is withdrawn before it is deleted."""
        public = self.page.live or self.page.get_descendants().live().exists()
        return not public and super().can_delete(ignore_bulk=ignore_bulk)

    def can_move(self) -> bool:
        """A public page keeps its address."""
        return not self.page.live and super().can_move()


def answer(check: Callable[..., None], *args: Any, **kwargs: Any) -> bool:
    """Return whether a check passes."""
    try:
        check(*args, **kwargs)
    except PermissionDenied:
        return False
    return True


def check_is_active(by: Any) -> None:
    """Raise unless there is a person who can be named."""
    if by is None or by.pk is None or not by.is_active:
        raise RefusedError("A decision of the review needs a person with an active account.")


def check_can_submit(by: Any, page: Page) -> None:
    """Raise unless a person may give this page to reviewers."""
    check_is_active(by)
    if not page.permissions_for_user(by).can_edit():
        raise RefusedError("Only somebody who may edit the page can submit it for review.")


def can_submit(by: Any, page: Page) -> bool:
    """Return whether a person may give this page to reviewers."""
    return answer(check_can_submit, by, page)


def check_can_review(by: Any) -> None:
    """Raise unless a person is a reviewer."""
    check_is_active(by)
    if not by.has_perm(SIGN):
        raise RefusedError("Only a medical reviewer can do this.")


def can_review(by: Any) -> bool:
    """Return whether a person is a reviewer."""
    return answer(check_can_review, by)


def credential_of(by: Any, now: datetime) -> Any:
    """Return the credential a person signs with; raise when there is no valid one."""
    rows = apps.get_model("review", "Credential").objects.filter(holder_id=by.pk)
    valid = batch.once(
        ("credential", by.pk, now.date()),
        lambda: rows.valid_on(now.date()).order_by("demonstration", "-valid_until").first(),
    )
    if valid is None:
        reason = "has expired or was revoked" if rows.exists() else "is not on record"
        raise RefusedError(f"Your professional registration {reason}; a keeper of credentials can help.")
    return valid


def check_is_independent(by: Any, contributors: list[int]) -> None:
    """Raise when a person had a hand in the text, or when it is not known who had."""
    if UNKNOWN in contributors or not contributors:
        raise RefusedError("It is not known who wrote a part of this text, so nobody counts as independent of it.")
    if by.pk in contributors:
        raise RefusedError("You have contributed to this text since its last release; somebody else must review it.")


def check_can_sign(by: Any, submission: Any, contributors: list[int], now: datetime) -> Any:
    """Raise unless a person may sign this submission now; return the credential they sign with."""
    check_can_review(by)
    if submission.state != State.IN_REVIEW:
        raise RefusedError(f"This submission is not in review any more: {submission.get_state_display()}.")
    check_is_independent(by, contributors)
    for reviewer_id, reviewer in batch.about_submission("signers", submission, _signers) or []:
        if reviewer_id == by.pk:
            raise RefusedError("You have signed this already; the second signature must be another person's.")
        credential = credential_of(by, now)
        if (reviewer["body"], reviewer["number"]) == (credential.body, credential.number):
            raise RefusedError("The two signatures must stand for two different registrations.")
    if by.pk in (batch.about_submission("declined", submission, _declined) or ()):
        raise RefusedError("You have declined to review this text.")
    return credential_of(by, now)


def _signers(rows: Collection[Any]) -> dict[int, list[tuple[int, dict[str, Any]]]]:
    """Return by submission who has signed it, each with their registration as it was."""
    found: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    signed = apps.get_model("review", "SignOff").objects.filter(submission_id__in=[row.pk for row in rows])
    for pk, *who in signed.values_list("submission_id", "reviewer_id", "reviewer"):
        found.setdefault(pk, []).append((who[0], who[1]))
    return found


def _declined(rows: Collection[Any]) -> dict[int, set[int | None]]:
    """Return by submission who has declined to review it."""
    found: dict[int, set[int | None]] = {}
    declined = apps.get_model("review", "Event").objects.filter(
        submission_id__in=[row.pk for row in rows], what="declined"
    )
    pk: Any
    for pk, by in declined.values_list("submission_id", "by_id"):
        found.setdefault(pk, set()).add(by)
    return found


def check_can_release(by: Any) -> None:
    """Raise unless a person may release what was signed."""
    check_is_active(by)
    if not (by.has_perm(RELEASE) or by.has_perm(SIGN)):
        raise RefusedError("You may not release pages.")


def can_release(by: Any) -> bool:
    """Return whether a person may release what was signed."""
    return answer(check_can_release, by)


def has_a_part(by: Any) -> bool:
    """Return whether a person writes, reviews or withdraws pages: then the dashboard has something for them."""
    writes = PagePermissionPolicy().user_has_any_permission(by, ["add", "change"])
    return writes or can_review(by) or can_withdraw(by)


def check_can_withdraw(by: Any) -> None:
    """Raise unless a person may withdraw, hold or roll back pages."""
    check_is_active(by)
    if not by.has_perm(WITHDRAW):
        raise RefusedError("You may not withdraw, hold or roll back pages.")


def can_withdraw(by: Any) -> bool:
    """Return whether a person may withdraw, hold or roll back pages."""
    return answer(check_can_withdraw, by)


def check_can_keep_credentials(by: Any, holder: Any = None) -> None:
    """Raise unless a person keeps credentials and neither manages accounts nor judges their own registration."""
    check_is_active(by)
    if by.is_superuser or by.has_perm("auth.change_user"):
        raise RefusedError("Whoever manages accounts does not keep credentials: nobody makes a reviewer alone.")
    if not by.has_perm(KEEP):
        raise RefusedError("Only a keeper of credentials can do this.")
    if holder is not None and holder.pk == by.pk:
        raise RefusedError("Nobody verifies their own registration.")


def can_keep_credentials(by: Any) -> bool:
    """Return whether a person keeps credentials."""
    return answer(check_can_keep_credentials, by)
