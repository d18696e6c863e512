"""Ways past a review that a browser or a program can try over HTTP."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.test.utils.form_data import querydict_from_html

from review import actions
from review.models import Submission
from tests.review.making import NOW, all_yes
from tests.review.side_doors_code import SECRET, Scene


def _form(s: Scene, url: str, form: str) -> dict[str, Any]:
    """Return the fields of a form as the person sees it, read once; of no form when they may not see it."""
    if url not in s.forms:
        page = s.client.get(url)
        data = querydict_from_html(page.content.decode(), form_id=form) if page.status_code == 200 else QueryDict()
        s.forms[url] = {key: values if len(values) > 1 else values[0] for key, values in data.lists()}
    return dict(s.forms[url])


def _rich(text: str) -> str:
    return str(get_rich_text_editor_widget("default", ["bold"]).format_value(text))


def _edit(s: Scene, page: Any, **values: Any) -> Any:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = _form(s, url, "page-edit-form") | {"title": page.title, "slug": page.slug, "body": _rich(SECRET)}
    data.setdefault("search_description", page.search_description)
    for prefix in ("comments",):
        data.setdefault(f"{prefix}-TOTAL_FORMS", "0")
        data.setdefault(f"{prefix}-INITIAL_FORMS", "0")
    return s.client.post(url, data | values)


def create_and_publish(s: Scene) -> Any:
    url = reverse("wagtailadmin_pages:add", args=["articles", "infopage", s.page.get_parent().pk])
    data = _form(s, url, "page-edit-form") | {
        "title": "New page", "slug": "new-page", "body": _rich(SECRET), "action-publish": "1",
        "search_description": s.page.search_description, "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    return s.client.post(url, data)


def edit_and_publish(s: Scene) -> Any:
    return _edit(s, s.page, **{"action-publish": "1"})


def publish_draft(s: Scene) -> Any:
    return _edit(s, s.draft, **{"action-publish": "1"})


def edit_dates(s: Scene) -> Any:
    return _edit(s, s.page, go_live_at="2020-01-01 00:00", expire_at="2020-01-02 00:00", **{"action-publish": "1"})


def revert_and_publish(s: Scene) -> Any:
    url = reverse("wagtailadmin_pages:revisions_revert", args=[s.page.pk, s.page.live_revision_id])
    s.client.get(url)
    return _edit(s, s.page, revision=str(s.page.live_revision_id), **{"action-publish": "1"})


def workflow_action_with_forged_data(s: Scene) -> Any:
    actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    extra = json.dumps({"comment": "", "update": False})
    return _edit(s, s.draft, **{"action-workflow-action": "1", "workflow-action-name": "approve",
                                "workflow-action-extra-data": extra})  # fmt: skip


def workflow_action_of_another_page(s: Scene) -> Any:
    actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    state = s.draft.current_workflow_task_state
    pk = state.pk if state else 1
    url = reverse("wagtailadmin_pages:workflow_action", args=[s.page.pk, "approve", pk])
    return s.client.post(url, {"comment": "fine"})


def bulk_publish(s: Scene) -> Any:
    return _bulk(s, "publish", s.draft, include_descendants="on")


def bulk_unpublish(s: Scene) -> Any:
    return _bulk(s, "unpublish", s.page)


def bulk_delete(s: Scene) -> Any:
    return _bulk(s, "delete", s.page)


def bulk_move(s: Scene) -> Any:
    return _bulk(s, "move", s.page, chooser=str(s.source.get_parent().pk))


def _bulk(s: Scene, action: str, page: Any, **data: Any) -> Any:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    return s.client.post(f"{url}?id={page.pk}", data)


def _api(s: Scene, page: Any, action: str, **data: Any) -> Any:
    url = f"{reverse('wagtailadmin_api:pages:listing')}{page.pk}/action/{action}/"
    return s.client.post(url, json.dumps(data), content_type="application/json")


def api_publish(s: Scene) -> Any:
    return _api(s, s.draft, "publish")


def api_publish_newer(s: Scene) -> Any:
    return _api(s, s.page, "publish")


def api_unpublish(s: Scene) -> Any:
    return _api(s, s.page, "unpublish")


def api_copy(s: Scene) -> Any:
    return _api(s, s.page, "copy", destination_page_id=s.page.get_parent().pk, slug="copy", title="Copy",
                keep_live=True, recursive=False, copy_revisions=True, alias=False)  # fmt: skip


def api_alias(s: Scene) -> Any:
    return _api(
        s, s.page, "create_alias", destination_page_id=s.page.get_parent().pk, update_slug="al", recursive=False
    )


def api_delete(s: Scene) -> Any:
    return _api(s, s.page, "delete")


def api_revert(s: Scene) -> Any:
    return _api(s, s.page, "revert_to_page_revision", revision_id=s.page.live_revision_id)


def api_move(s: Scene) -> Any:
    return _api(s, s.page, "move", destination_page_id=s.source.get_parent().pk)


def api_v3(s: Scene) -> Any:
    try:
        reverse("wagtailapi_v3:pages")
    except NoReverseMatch:
        return s.client.post(f"/api/v3/pages/{s.draft.pk}/publish/")
    raise AssertionError("API v3 is mounted: add its routes here.")


def copy_page(s: Scene) -> Any:
    url = reverse("wagtailadmin_pages:copy", args=[s.page.pk])
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(s.page.get_parent().pk)}
    return s.client.post(url, data | {"publish_copies": "on"})


def copy_as_alias(s: Scene) -> Any:
    url = reverse("wagtailadmin_pages:copy", args=[s.page.pk])
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(s.page.get_parent().pk)}
    return s.client.post(url, data | {"alias": "on"})


def unpublish_view(s: Scene) -> Any:
    return s.client.post(reverse("wagtailadmin_pages:unpublish", args=[s.page.pk]))


def delete_view(s: Scene) -> Any:
    return s.client.post(reverse("wagtailadmin_pages:delete", args=[s.page.pk]))


def move_view(s: Scene) -> Any:
    return s.client.post(reverse("wagtailadmin_pages:move_confirm", args=[s.page.pk, s.source.get_parent().pk]))


def privacy_view(s: Scene) -> Any:
    return s.client.post(reverse("wagtailadmin_pages:set_privacy", args=[s.page.pk]), {"restriction_type": "login"})


def upload_document(s: Scene) -> Any:
    upload = SimpleUploadedFile("leaflet.txt", b"unreviewed")
    return s.client.post(reverse("wagtaildocs:add"), {"title": "New leaflet", "file": upload, "collection": "1"})


def edit_document(s: Scene) -> Any:
    pk = get_document_model().objects.get(title="Leaflet").pk
    new = {"title": "Leaflet", "file": SimpleUploadedFile("new.txt", b"unsigned"), "collection": "1", "tags": ""}
    return s.client.post(reverse("wagtaildocs:edit", args=[pk]), new)


def edit_picture(s: Scene) -> Any:
    pk = get_image_model().objects.get(title="A calf").pk
    file = get_test_image_file(filename="new.png", colour="red")
    new = {"title": "A calf", "file": file, "collection": "1", "tags": "", "description": "Not a calf"}
    return s.client.post(reverse("wagtailimages:edit", args=[pk]), new)


def delete_picture_view(s: Scene) -> Any:
    pk = get_image_model().objects.get(title="A calf").pk
    return s.client.post(reverse("wagtailimages:delete", args=[pk]))


def add_redirect(s: Scene) -> Any:
    data = {"old_path": "/cure", "redirect_link": "https://example.org/", "is_permanent": "on"}
    return s.client.post(reverse("wagtailredirects:add"), data)


def sign_and_release_at_once(s: Scene) -> Any:
    """Sign through the review screen; whoever wrote the text, or has no credential, must not get through."""
    row = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    url = reverse("review:screen", args=[row.pk])
    return s.client.post(url, {
        "decision": "sign", "fingerprint": row.fingerprint, "ticket": "forged", "release": "on",
        **{f"answer-{key}": value for key, value in all_yes(s.draft).items()},
    })  # fmt: skip


def release_unsigned(s: Scene) -> Any:
    row: Submission = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    return s.client.post(reverse("review:release", args=[row.pk]))


def withdraw_without_right(s: Scene) -> Any:
    if s.user is not None and s.user.has_perm("review.withdraw_page"):
        return None
    return s.client.post(reverse("review:withdraw", args=[s.page.pk]), {"reason": "None"})
