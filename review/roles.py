"""The groups of the review with exactly their permissions, the questions reviewers are asked, and the way into it."""

from collections.abc import Iterator

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from review import checklist
from review.models import ChecklistItem, ReviewTask
from review.triggers import reviewed_models

EDITORS, REVIEWERS, KEEPERS, ADMINISTRATORS = (
    "Medical editors",
    "Medical reviewers",
    "Credential keepers",
    "Administrators",
)
PICTURES = "Pictures of guides"
# Groups that come with Wagtail. Their rights are those of no role here, so they are taken away while nobody is in them.
STOCK = ("Editors", "Moderators")
GROUPS: dict[str, list[str]] = {
    EDITORS: ["wagtailadmin.access_admin"],
    REVIEWERS: ["wagtailadmin.access_admin", "review.sign_off", "review.withdraw_page", "review.release_page"],
    KEEPERS: ["wagtailadmin.access_admin", "review.keep_credentials"],
    ADMINISTRATORS: [
        "wagtailadmin.access_admin",
        *(f"auth.{verb}_{what}" for verb in ("add", "change", "view") for what in ("user", "group")),
    ],
}


@transaction.atomic
def make_roles() -> dict[str, Group]:
    """Make the groups with exactly their permissions, and the questions reviewers are asked.

    Whoever is in a group stays in it; questions that are there already are left as somebody has worded them.
    """
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
    _let_upload(groups[EDITORS])
    Group.objects.filter(name__in=STOCK, user=None).delete()
    make_checklist()
    return groups


def _let_upload(editors: Group) -> None:
    """Let editors upload pictures and choose them, in a collection of their own: others' files stay unseen.

    Whoever has uploaded a picture may mend it until a page that shows it is signed.
    """
    pictures = Collection.objects.filter(name=PICTURES).first()
    if pictures is None:
        pictures = Collection.get_first_root_node().add_child(name=PICTURES)
    for codename in ("add_image", "choose_image"):
        permission = Permission.objects.get(content_type__app_label="wagtailimages", codename=codename)
        GroupCollectionPermission.objects.get_or_create(group=editors, collection=pictures, permission=permission)


def make_checklist() -> None:
    """Add the questions of each kind of content of which there is none yet: a question that was removed stays away."""
    kinds = set(ChecklistItem.objects.values_list("kind", flat=True))
    ChecklistItem.objects.bulk_create(
        ChecklistItem(kind=kind, key=key, topic=topic, question=question, guidance=guidance, position=position)
        for kind, position, (key, topic, question, guidance) in _questions()
        if kind not in kinds
    )


def _questions() -> Iterator[tuple[str, int, checklist.Question]]:
    """Yield (kind, position, question): those for all kinds of content first, then what page types add."""
    yield from (("", 10 * place, question) for place, question in enumerate(checklist.DEFAULTS, 1))
    added = {m.checklist_kind: m.checklist_questions for m in reviewed_models() if m.checklist_kind}
    for kind, questions in sorted(added.items()):
        yield from ((kind, 200 + 10 * place, question) for place, question in enumerate(questions, 1))


@transaction.atomic
def make_workflow() -> Workflow:
    """Let “Submit for review” in the admin lead to the review screen, for all pages."""
    task = ReviewTask.objects.first() or ReviewTask.objects.create(name="Medical review")
    workflow, _ = Workflow.objects.get_or_create(name="Medical review")
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})
    return workflow
