"""Accounts and sign-offs that show how the review works; every one of them says that it is a demonstration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask

from review import actions, checklist, notifications
from review.actions.credentials import record_credential
from review.models import ChecklistItem, Credential, Release, ReviewTask, Submission
from review.proposed import reading_each_text_once

EDITORS, REVIEWERS, KEEPERS, ADMINISTRATORS = (
    "Medical editors",
    "Medical reviewers",
    "Credential keepers",
    "Administrators",
)
BODY = "Demonstration credential, not a real registration"
GROUPS: dict[str, list[str]] = {
    EDITORS: ["wagtailadmin.access_admin"],
    REVIEWERS: ["wagtailadmin.access_admin", "review.sign_off", "review.withdraw_page", "review.release_page"],
    KEEPERS: ["wagtailadmin.access_admin", "review.keep_credentials"],
    ADMINISTRATORS: [
        "wagtailadmin.access_admin",
        *(f"auth.{verb}_{what}" for verb in ("add", "change", "view") for what in ("user", "group")),
    ],
}
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
def make_roles() -> dict[str, Group]:
    """Make the groups with exactly their permissions, and the questions reviewers are asked."""
    groups = {}
    for name, wanted in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        apps_and_codes = [label.split(".") for label in wanted]
        rows = Permission.objects.filter(codename__in=[code for _, code in apps_and_codes])
        group.permissions.set(
            r for r in rows.select_related("content_type") if f"{r.content_type.app_label}.{r.codename}" in wanted
        )
        groups[name] = group
    root = Page.get_first_root_node()
    for codename in ("add_page", "change_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=groups[EDITORS], page=root, permission=permission)
    if not ChecklistItem.objects.exists():
        ChecklistItem.objects.bulk_create(
            ChecklistItem(key=key, topic=topic, question=question, guidance=guidance, position=10 * place)
            for place, (key, topic, question, guidance) in enumerate(checklist.DEFAULTS, 1)
        )
    return groups


@transaction.atomic
def make_workflow() -> Workflow:
    """Let “Submit for review” in the admin lead to the review screen, for all pages."""
    task = ReviewTask.objects.first() or ReviewTask.objects.create(name="Medical review")
    workflow, _ = Workflow.objects.get_or_create(name="Medical review")
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})
    return workflow


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
    with notifications.silence(), reading_each_text_once(), transaction.atomic():
        rows = [actions.submit(page=page, by=people.author, now=now, follow=follow) for page in pages]
        for row in rows:
            for reviewer in people.reviewers[: row.signers_needed]:
                actions.sign_off(submission=row, by=reviewer, now=now, demonstration=True)
        return actions.release_together(submissions=rows, by=people.reviewer, now=now)


def open_submissions() -> list[Submission]:
    """Return what waits for a signature."""
    return list(Submission.objects.open())
