"""Who may bring in raw texts and decide about claims (editors), and who may read them (reviewers, too)."""

from typing import Any

from review.doors import RefusedError
from review.permissions import answer, can_review, check_is_active
from review.reach import reaches_everything


def check_can_decide(by: Any) -> None:
    """Raise unless a person writes the site's articles: reviewers judge the articles, and stay independent so."""
    check_is_active(by)
    if not reaches_everything(by):
        raise RefusedError("Only medical editors bring in raw texts and decide about their claims.")


def can_decide(by: Any) -> bool:
    """Return whether a person may bring in raw texts and decide about claims."""
    return answer(check_can_decide, by)


def can_read(by: Any) -> bool:
    """Return whether a person may read raw texts and ledgers."""
    return can_decide(by) or (bool(by.is_active) and can_review(by))
