"""Drafts run like released checks, for editors and reviewers only: nothing here is ever written to disk."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.test import RequestFactory
from django.utils import timezone

from review.permissions import can_review
from triage.answers import FORM_TYPE, read
from triage.artefacts import Check, Shelf, opened
from triage.library import Library
from triage.models import ProtocolPage
from triage.package import package
from triage.steps import step
from triage.stories import Fields, Post
from triage.views import respond


def draft_for(user: Any, page_id: int) -> Any:
    """Return the latest draft of a protocol; raises PermissionDenied for whoever may neither edit nor review it."""
    page: Any = get_object_or_404(ProtocolPage, pk=page_id)
    if not (page.permissions_for_user(user).can_edit() or can_review(user)):
        raise PermissionDenied
    return page.get_latest_revision_as_object()


def draft_check(key: str) -> Check | None:
    """Return the latest draft of a protocol ready to run; raises JoinError or ProtocolError."""
    page = ProtocolPage.objects.filter(code=key).first()
    return opened(package(page.get_latest_revision_as_object())) if page else None


def check_of(page: Any, shelves: Library | None = None) -> Check:
    """Return a protocol page, as it is in memory, ready to run; `shelves`: what it refers to, where that was read."""
    return opened(package(page, shelves))


def answer(request: HttpRequest, check: Check, action: str) -> HttpResponse:
    """Return the response of a draft to a post."""
    slug = str(check.document["slug"])
    state = read(request, slug, Shelf(checks={slug: (check,)}))
    return respond(state, step(state), timezone.localdate(), action=action, draft=True)


def draft_post(check: Check) -> Post:
    """Return a function that posts fields to a draft."""

    def post(fields: Fields) -> str:
        request = RequestFactory().post("/", urlencode(fields, doseq=True), content_type=FORM_TYPE)
        return answer(request, check, "/").content.decode()

    return post
