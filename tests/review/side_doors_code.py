"""Ways past a review that code can try: Wagtail's actions, the ORM, fixtures, raw SQL."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.edit_page import EditPageAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.management.commands.purge_revisions import purge_revisions
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupApprovalTask,
    Locale,
    Page,
    PageViewRestriction,
    Revision,
    Site,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from articles.models import InfoPage, SourcePage, TermPage
from review import actions
from review.enums import State
from review.models import ReviewTask
from tests.review.making import DESCRIPTION, NOW

SECRET = "<p>Words that nobody has signed.</p>"


@dataclass
class Scene:
    """What a way may work on; `page` is public and has a newer draft, `draft` was never public."""

    page: InfoPage
    draft: InfoPage
    source: SourcePage
    term: TermPage
    user: Any
    client: Any
    tmp_path: Any
    drawing: Any = None
    files: tuple[str, ...] = ()
    """The names of the files of the document and the picture that the page shows."""
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Forms that were read already, by address."""

    def newer(self) -> Revision:
        """Return the latest draft of the public page, which is not signed."""
        return self.page.get_latest_revision()


Way = Callable[[Scene], Any]


def publish_revision(s: Scene) -> None:
    s.newer().publish(user=s.user)


def publish_without_checks(s: Scene) -> None:
    s.newer().publish(user=s.user, skip_permission_checks=True)


def publish_first_draft(s: Scene) -> None:
    s.draft.get_latest_revision().publish(user=s.user, skip_permission_checks=True)


def edit_action(s: Scene) -> None:
    s.page.body = SECRET
    EditPageAction(s.page, user=s.user, publish=True).execute(skip_permission_checks=True)


def _workflow(s: Scene) -> WorkflowState:
    submission = actions.submit(page=s.draft, by=s.draft.owner, now=NOW, follow=False)
    assert submission.state == State.IN_REVIEW
    task = ReviewTask.objects.create(name="Review")
    workflow = Workflow.objects.create(name="Review")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    return workflow.start(s.draft, s.user)


def approve_task(s: Scene) -> None:
    _workflow(s).current_task_state.approve(user=s.user)


def finish_workflow(s: Scene) -> None:
    _workflow(s).finish(user=s.user)


def disable_task(s: Scene) -> None:
    _workflow(s).current_task_state.task.specific.deactivate(user=s.user)


def remove_task(s: Scene) -> None:
    state = _workflow(s)
    WorkflowTask.objects.all().delete()
    state.current_task_state.cancel(user=s.user)


def empty_workflow(s: Scene) -> None:
    Workflow.objects.create(name="Empty").start(s.draft, s.user)


def task_on_action(s: Scene) -> None:
    state = _workflow(s).current_task_state
    state.task.specific.on_action(state, s.user, "approve", comment="", update=False)


def schedule_by_save(s: Scene) -> None:
    revision = s.newer()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()


def schedule_by_update(s: Scene) -> None:
    Revision.objects.filter(pk=s.newer().pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))


def run_scheduler(s: Scene) -> None:
    try:
        schedule_by_update(s)
    finally:
        call_command("publish_scheduled")


def run_wagtails_scheduler(s: Scene) -> None:
    from wagtail.management.commands.publish_scheduled import Command  # noqa: PLC0415

    schedule_by_update(s)
    Command().handle(dryrun=False)


def go_live_date(s: Scene) -> None:
    s.draft.go_live_at = timezone.now() - timedelta(minutes=1)
    s.draft.save_revision(user=s.user).publish(skip_permission_checks=True)


def expiry_date(s: Scene) -> None:
    s.page.expire_at = timezone.now() - timedelta(minutes=1)
    s.page.save()


def expiry_by_update(s: Scene) -> None:
    Page.objects.filter(pk=s.page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")


def add_live_child(s: Scene) -> None:
    s.page.get_parent().add_child(
        instance=InfoPage(title="New", slug="new", body=SECRET, search_description=DESCRIPTION)
    )


def add_plain_page(s: Scene) -> None:
    Page.get_first_root_node().add_child(instance=Page(title="Plain words", slug="plain"))


def save_live_page(s: Scene) -> None:
    s.page.body = SECRET
    s.page.save()


def save_as_base_page(s: Scene) -> None:
    page = Page.objects.get(pk=s.page.pk)
    page.title = "Another title"
    page.save()


def save_one_field(s: Scene) -> None:
    s.page.body = SECRET
    s.page.save(update_fields=["body"], clean=False)


def make_draft_live(s: Scene) -> None:
    s.draft.live = True
    s.draft.save()


def forge_live_revision(s: Scene) -> None:
    s.page.live_revision = s.newer()
    s.page.body = SECRET
    s.page.save()


def copy_live(s: Scene) -> None:
    s.page.copy(update_attrs={"slug": "copied"}, user=s.user, keep_live=True)


def alias(s: Scene) -> None:
    CreatePageAliasAction(s.page, update_slug="alias", user=s.user).execute(skip_permission_checks=True)


def alias_by_update(s: Scene) -> None:
    Page.objects.filter(pk=s.draft.pk).update(alias_of=s.page.pk)
    s.page.update_aliases()


def convert_alias(s: Scene) -> None:
    Page.objects.filter(pk=s.draft.pk).update(alias_of=s.page.pk, live=True)
    ConvertAliasPageAction(InfoPage.objects.get(pk=s.draft.pk), user=s.user).execute(skip_permission_checks=True)


def translate(s: Scene) -> None:
    french = Locale.objects.create(language_code="fr")
    CopyPageForTranslationAction(s.page, french, copy_parents=True, alias=True, user=s.user).execute(
        skip_permission_checks=True
    )


def move(s: Scene) -> None:
    s.page.move(s.source.get_parent(), pos="last-child", user=s.user)


def rename_address(s: Scene) -> None:
    s.page.slug = "elsewhere"
    s.page.save()


def rename_parent(s: Scene) -> None:
    parent = s.page.get_parent().specific
    parent.slug = "other-home"
    parent.save()
    Page.objects.filter(pk=parent.pk).update(live=True)


def fixture(s: Scene) -> None:
    rows = [
        {"model": "wagtailcore.page", "pk": s.page.pk, "fields": _columns(s.page, Page) | {"title": "From a file"}},
        {"model": "articles.infopage", "pk": s.page.pk, "fields": _columns(s.page, InfoPage) | {"body": SECRET}},
    ]
    path = s.tmp_path / "page.json"
    path.write_text(json.dumps(rows, default=str))
    call_command("loaddata", str(path), verbosity=0)


def fixture_of_evidence(s: Scene) -> None:
    row = {"user_page_id": s.page.pk, "kind": "page", "used": "1", "mark": ""}
    path = s.tmp_path / "use.json"
    path.write_text(json.dumps([{"model": "review.use", "pk": 99999, "fields": row}]))
    call_command("loaddata", str(path), verbosity=0)


def _columns(page: Page, model: type[Page]) -> dict[str, Any]:
    fields = model._meta.local_concrete_fields
    return {f.name: f.value_from_object(page) for f in fields if not f.primary_key}


def unpublish(s: Scene) -> None:
    s.page.unpublish(user=s.user)


def unpublish_quietly(s: Scene) -> None:
    s.page.live = False
    s.page.save()


def delete(s: Scene) -> None:
    s.page.delete(user=s.user)


def delete_by_query(s: Scene) -> None:
    InfoPage.objects.filter(pk=s.page.pk).delete()


def delete_used(s: Scene) -> None:
    s.source.delete(user=s.user)


def hide(s: Scene) -> None:
    PageViewRestriction.objects.create(page=s.page, restriction_type="login")


def other_root(s: Scene) -> None:
    site = Site.objects.first()
    site.root_page = s.draft.get_parent()
    site.root_page = Page.get_first_root_node().add_child(instance=Page(title="Root", slug="r", live=False))
    site.save()


def delete_site(s: Scene) -> None:
    Site.objects.get().delete()


def second_site(s: Scene) -> None:
    Site.objects.create(hostname="testserver", root_page=s.draft)


def site_that_does_not_answer(s: Scene) -> None:
    site = Site.objects.get()
    site.hostname, site.is_default_site = "elsewhere.example", False
    site.save()


def hide_documents(s: Scene) -> None:
    root = Collection.get_first_root_node()
    CollectionViewRestriction.objects.create(collection=root, restriction_type="login")


def embed_another_site(s: Scene) -> None:
    s.draft.body = '<p>Look.</p><embed embedtype="media" url="https://video.example/cure"/>'
    s.draft.save_revision(user=s.draft.owner)
    actions.submit(page=s.draft, by=s.draft.owner, now=NOW)


def redirect_outside(s: Scene) -> None:
    Redirect.objects.create(old_path="/cure", redirect_link="https://example.org/cure")


def purge(s: Scene) -> None:
    purge_revisions()


def redirect_to_look_alike(s: Scene) -> None:
    Redirect.objects.create(old_path="/cure", redirect_link="/\\example.org/cure")


def redirect_over_a_live_address(s: Scene) -> None:
    Redirect.objects.create(old_path=s.page.url, redirect_page=s.draft)


def redirect_to_draft(s: Scene) -> None:
    Redirect.objects.create(old_path="/draft", redirect_page=s.draft)
    assert s.client.get("/draft", follow=True).status_code == 404


def translate_as_copy(s: Scene) -> None:
    french = Locale.objects.create(language_code="fr")
    copied = s.page.copy_for_translation(french, copy_parents=True)
    copied.live = True
    copied.save()


def alias_elsewhere(s: Scene) -> None:
    s.page.create_alias(parent=s.page.get_parent(), update_slug="other", user=s.user)


def stock_workflow(s: Scene) -> None:
    group = Group.objects.create(name="Approvers")
    task = GroupApprovalTask.objects.create(name="Stock")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Stock")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=s.draft, defaults={"workflow": workflow})
    s.draft.get_workflow().start(s.draft, s.user).current_task_state.specific.approve(user=s.user)


def edit_workflow_task(s: Scene) -> None:
    state = _workflow(s)
    other = GroupApprovalTask.objects.create(name="Stock")
    WorkflowTask.objects.filter(task=state.current_task_state.task).update(task=other)
    TaskState.objects.filter(workflow_state=state).update(task=other)
    state = WorkflowState.objects.get(pk=state.pk)
    state.current_task_state.approve(user=s.user)
