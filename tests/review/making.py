"""People and pages for the tests of the review."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Page, Site

from articles.models import GlossaryPage, HomePage, InfoPage, SourceIndexPage, SourcePage, TermPage
from review import actions, checklist, demo
from review.actions.credentials import record_credential
from review.models import Submission

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PASSWORD = "correct horse battery staple"
DESCRIPTION = "What the reader gets from this page, said in one plain sentence of the right length."
_numbers = itertools.count(1)


def user(group: str = "", **values: Any) -> Any:
    """Return a person, in one of the groups of the review."""
    name = values.pop("username", f"person-{next(_numbers)}")
    person = get_user_model().objects.create_user(name, f"{name}@example.org", PASSWORD, **values)
    if group:
        person.groups.add(Group.objects.get(name=group))
    return person


def editor(**values: Any) -> Any:
    return user(demo.EDITORS, **values)


def keeper(**values: Any) -> Any:
    return user(demo.KEEPERS, **values)


def reviewer(*, credential: bool = True, valid_until: date = date(2030, 1, 1), **values: Any) -> Any:
    person = user(demo.REVIEWERS, **values)
    if credential:
        give_credential(person, valid_until=valid_until)
    return person


def give_credential(person: Any, *, valid_until: date = date(2030, 1, 1), demonstration: bool = False) -> Any:
    number = next(_numbers)
    return record_credential(
        holder=person, by=keeper(), now=NOW, name=f"Dr Person {number}", profession="General practitioner",
        body="Register of the tests", number=f"T-{number}", valid_until=valid_until, demonstration=demonstration,
    )  # fmt: skip


def superuser() -> Any:
    return get_user_model().objects.create_superuser(f"root-{next(_numbers)}", "root@example.org", PASSWORD)


def home() -> HomePage:
    """Return the home page of the site, made when there is none."""
    found = HomePage.objects.first()
    if found is None:
        root = Page.get_first_root_node()
        found = root.add_child(instance=HomePage(title="Home", slug="home-of-tests", live=False, standfirst="Hello.",
                                                 emergency="<p>Call.</p>", search_description=DESCRIPTION))  # fmt: skip
        Site.objects.update(root_page=found)
    return found


def section(model: type[Page]) -> Page:
    """Return the list that pages of one kind stand below, made when there is none."""
    found = model.objects.first()
    if found is None:
        name = model._meta.model_name
        found = home().add_child(instance=model(title=name, slug=name, live=False, search_description=DESCRIPTION))
    return found


def info(
    *, by: Any = None, title: str = "About reviews", body: str = "<p>Who checks our words.</p>", **values: Any
) -> InfoPage:
    """Return a draft about the site; no number or negation in it, so its class is what its fields say."""
    by = by or editor()
    page = InfoPage(title=title, slug=f"info-{next(_numbers)}", live=False, owner=by, body=body,
                    search_description=DESCRIPTION, **values)  # fmt: skip
    home().add_child(instance=page)
    page.save_revision(user=by)
    return page


def source(*, by: Any = None, **values: Any) -> SourcePage:
    """Return a draft of a source."""
    by = by or editor()
    page = SourcePage(
        **{
            "title": "A guideline", "slug": f"source-{next(_numbers)}", "live": False, "owner": by,
            "kind": "guideline", "organisation": "An organisation", "what_it_covers": "Sore calves.",
            "search_description": DESCRIPTION,
        } | values
    )  # fmt: skip
    section(SourceIndexPage).add_child(instance=page)
    page.save_revision(user=by)
    return page


def term(*, by: Any = None, sources: Any = (), **values: Any) -> TermPage:
    """Return a draft of a word explained; with sources it shows other pages."""
    by = by or editor()
    cited = [{"type": "citation", "value": {"source": s.pk, "place": "Chapter A"}} for s in sources]
    page = TermPage(
        **{
            "title": "Soreness", "slug": f"term-{next(_numbers)}", "live": False, "owner": by,
            "medical_term": "Myalgia", "definition": "<p>An ache.</p>", "citations": cited,
            "search_description": DESCRIPTION,
        } | values
    )  # fmt: skip
    section(GlossaryPage).add_child(instance=page)
    page.save_revision(user=by)
    return page


def all_yes(page: Page) -> dict[str, str]:
    """Return a checklist answered with yes."""
    return {item.key: checklist.YES for item in checklist.items_for(page)}


def submitted(page: Page, *, by: Any = None, **values: Any) -> Submission:
    return actions.submit(page=page, by=by or page.owner, now=NOW, **values)


def signed(page: Page, *, reviewers: Any = None, **values: Any) -> Submission:
    """Return the submission of a page with all signatures it needs."""
    row = submitted(page, **values)
    people = reviewers or [reviewer() for _ in range(row.signers_needed)]
    for person in people:
        actions.sign_off(submission=row, by=person, now=NOW, answers=all_yes(page))
    row.refresh_from_db()
    return row


def released(page: Page, **values: Any) -> Page:
    """Return the page after a full review by people who exist only here."""
    row = signed(page, **values)
    actions.release(submission=row, by=reviewer(credential=False), now=NOW)
    return type(page).objects.get(pk=page.pk)


def edited(page: Page, *, by: Any = None, **values: Any) -> Page:
    """Return the page with a newer draft."""
    draft = page.get_latest_revision_as_object()
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save_revision(user=by or page.owner)
    return type(page).objects.get(pk=page.pk)
