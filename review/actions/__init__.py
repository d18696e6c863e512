"""The only door to change: each action checks, changes, records and tells."""

from review.actions.credentials import record_credential, revoke_credential
from review.actions.holding import close_concern, hold, lift_hold, raise_concern
from review.actions.releasing import release, release_together, schedule
from review.actions.rolling_back import roll_back, roll_back_together
from review.actions.signing import check_form, sign_off
from review.actions.submitting import (
    comment,
    decline,
    describe,
    raise_class,
    request_changes,
    submit,
    withdraw_from_review,
)
from review.actions.withdrawing import confirm, withdraw

__all__ = [
    "check_form",
    "close_concern",
    "comment",
    "confirm",
    "decline",
    "describe",
    "hold",
    "lift_hold",
    "raise_class",
    "raise_concern",
    "record_credential",
    "release",
    "release_together",
    "request_changes",
    "revoke_credential",
    "roll_back",
    "roll_back_together",
    "schedule",
    "sign_off",
    "submit",
    "withdraw",
    "withdraw_from_review",
]
