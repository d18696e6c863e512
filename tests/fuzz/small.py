"""A guide and a check that hold one block of each kind, so that an input costs what its own faults cost.

The editor reads every field of a form at each post, so a whole guide costs six times what this one does, and most of
what spoils it hits a paragraph that stands there forty times. Here each kind of field is hit as often as any other.
"""

from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Page

from articles.models import GuideIndexPage, GuidePage
from tests.factories import articles
from tests.triage.conftest import MINI
from triage import actions, protocol_file
from triage.models import CheckIndexPage, ProtocolPage


def guide() -> GuidePage:
    """Return a draft with the first block of each kind that the starter guide holds."""
    whole = GuidePage.objects.get(slug="calf-soreness")
    return _copied(whole, GuideIndexPage, slug="small-guide")


def check_of_each_kind() -> ProtocolPage:
    """Return a draft with the first question, level, limit and so on of the starter check; no proof of it succeeds."""
    whole = ProtocolPage.objects.get(code="calf")
    return _copied(whole, CheckIndexPage, slug="small-check", code="small")


def check() -> ProtocolPage:
    """Return a draft of two questions that can be proved."""
    page = ProtocolPage(live=False, slug="mini-check", search_description=articles.DESCRIPTION)
    page.intro, page.emergency = "<p>Two questions.</p>", "breathing is suddenly hard"
    actions.fill(page, protocol_file.read_text(MINI.read_text(encoding="utf-8"), MINI.name))
    CheckIndexPage.objects.get().add_child(instance=page)
    page.save_revision()
    return page


def _copied(whole: Page, index: type[Page], **given: Any) -> Any:
    """Return a draft like a page, with what is listed cut down to the first of each kind."""
    draft = whole.get_latest_revision_as_object()
    values = {one.name: getattr(draft, one.name) for one in draft._meta.concrete_fields if one.model is type(whole)}
    for one in draft._meta.get_fields():
        if isinstance(one, StreamField):
            values[one.name] = smaller(getattr(draft, one.name).get_prep_value())
    values.pop("page_ptr", None)
    values |= {"title": f"Small {draft.title}", "search_description": articles.DESCRIPTION, "live": False, **given}
    page = type(whole)(**values)
    index.objects.get().add_child(instance=page)
    page.save_revision()
    return page


def smaller(value: Any) -> Any:
    """Return what a stream holds with the first block of each kind, in the blocks as well."""
    if isinstance(value, dict):
        return {key: smaller(one) for key, one in value.items()}
    if not isinstance(value, list) or not all(isinstance(one, dict) and "type" in one for one in value):
        return value
    first: dict[str, Any] = {}
    for one in value:
        first.setdefault(one["type"], one)
    return [smaller(one) for one in first.values()]
