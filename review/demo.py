"""Accounts and sign-offs that show how the review works; every one of them says that it is a demonstration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from review import actions, batch, notifications
from review.actions.credentials import record_credential
from review.models import Credential, Release, Submission
from review.roles import ADMINISTRATORS, EDITORS, KEEPERS, REVIEWERS, make_roles, make_workflow

LOADED = "Demonstration: this text was loaded with the software."
BODY = "Demonstration credential, not a real registration"
ACCOUNTS: dict[str, tuple[str, str]] = {
    "demo-author": ("Author", EDITORS),
    "demo-reviewer": ("Reviewer one", REVIEWERS),
    "demo-reviewer-2": ("Reviewer two", REVIEWERS),
    "demo-admin": ("Administrator", ADMINISTRATORS),
    "demo-registrar": ("Registrar", KEEPERS),
}


@dataclass(frozen=True)
class People:
    """The demonstration accounts."""

    author: Any
    reviewer: Any
    reviewer_2: Any
    admin: Any
    registrar: Any

    @property
    def reviewers(self) -> tuple[Any, Any]:
        """Both reviewers."""
        return self.reviewer, self.reviewer_2


@transaction.atomic
def make_people(*, password: str | None = None, now: datetime | None = None) -> People:
    """Make the demonstration accounts, their roles and credentials; leaves what is there already.

    Without a password nobody can log in with them.
    """
    now = now or timezone.now()
    groups = make_roles()
    make_workflow()
    people = {name: _account(name, *ACCOUNTS[name], groups, password) for name in ACCOUNTS}
    found = People(
        people["demo-author"], people["demo-reviewer"], people["demo-reviewer-2"], people["demo-admin"],
        people["demo-registrar"],
    )  # fmt: skip
    for number, reviewer in enumerate(found.reviewers, 1):
        if not Credential.objects.filter(holder=reviewer).exists():
            record_credential(
                holder=reviewer, by=found.registrar, now=now, name=f"Demonstration reviewer {number}",
                profession="Demonstration clinician", body=BODY, number=f"DEMO-{number}", demonstration=True,
                valid_until=date(now.year + 10, 12, 31),
            )  # fmt: skip
    return found


def _account(username: str, last_name: str, group: str, groups: dict[str, Group], password: str | None) -> Any:
    user, made = get_user_model().objects.get_or_create(
        username=username,
        defaults={"first_name": "Demonstration", "last_name": last_name, "email": f"{username}@example.org"},
    )
    if made or password:
        user.set_password(password)
        user.save()
    user.groups.set([groups[group]])
    return user


def release_as_demonstration(
    pages: Sequence[Page], *, people: People | None = None, now: datetime | None = None, follow: bool = False
) -> list[Release]:
    """Take the latest drafts of some pages through the whole review in one go: submit all, sign all, release together.

    Nothing is left out: every check of every step runs, and pages that show each other are signed as they stand here.
    """
    people, now = people or make_people(), now or timezone.now()
    with notifications.silence(), transaction.atomic(), batch.of(pages) as together:
        rows = [actions.submit(page=page, by=people.author, now=now, follow=follow) for page in pages]
        ids = [row.pk for row in rows]
        for number, reviewer in enumerate(people.reviewers):
            together.next_step(_locked(ids))
            for row in (together.rows[pk] for pk in ids):
                if row.signers_needed > number:
                    actions.sign_off(submission=row, by=reviewer, now=now, demonstration=True, why_milder=LOADED)
        together.next_step(_locked(ids))
        return actions.release_together(submissions=rows, by=people.reviewer, now=now)


def _locked(ids: Sequence[int]) -> dict[int, Submission]:
    return Submission.objects.select_for_update().in_bulk(ids)


def open_submissions() -> list[Submission]:
    """Return what waits for a signature."""
    return list(Submission.objects.open())
