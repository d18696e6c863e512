"""The only door to change: each action checks, changes, records and tells."""

from review.actions.credentials import record_credential, revoke_credential
from review.actions.releasing import release, release_together, roll_back, schedule
from review.actions.signing import sign_off
from review.actions.submitting import decline, raise_class, request_changes, submit, withdraw_from_review
from review.actions.withdrawing import confirm_withdrawal, withdraw

__all__ = [
    "confirm_withdrawal",
    "decline",
    "raise_class",
    "record_credential",
    "release",
    "release_together",
    "request_changes",
    "revoke_credential",
    "roll_back",
    "schedule",
    "sign_off",
    "submit",
    "withdraw",
    "withdraw_from_review",
]
