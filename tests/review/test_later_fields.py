"""The software gives a page type another field: what was signed without it stays, until the field says something.

An older time is played by hiding a field from what a fingerprint is made of, and from the text that is signed with it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import transaction

from articles.models import InfoPage, ServicesPage, SourcePage
from review import actions, as_signed, audit, fingerprint, ledger, serving
from review.actions.signing import StaleError
from review.difference import difference
from review.doors import RefusedError
from review.fingerprint import content, says_nothing, with_the_fields_of
from review.models import Release, SignOff, Standing
from tests.past_the_triggers import past_the_triggers
from tests.review import making
from tests.review.making import LATER, NOW
from tests.review.test_ledger import verify

pytestmark = pytest.mark.django_db
Without = Callable[..., AbstractContextManager[None]]


def _but(found, names):
    """Return a function that finds what another one finds, but for some names."""
    return lambda model: tuple(name for name in found(model) if name not in names)


@pytest.fixture
def without(monkeypatch) -> Without:
    """Give the time in which no page had some fields."""

    @contextmanager
    def hidden(*names: str) -> Iterator[None]:
        with monkeypatch.context() as then:
            for kind in ("_columns", "_many", "_children"):
                then.setattr(fingerprint, kind, _but(getattr(fingerprint, kind), names))
            serving._RIGHT.clear()
            yield
        serving._RIGHT.clear()

    return hidden


def read_again(page):
    return type(page).objects.get(pk=page.pk)


def test_a_page_signed_before_the_field_stays_public(without, client):
    with without("seo_title"):
        page = making.released(making.info())
    mark = Standing.objects.get(pk=page.pk).fingerprint

    assert fingerprint.fingerprint(page) != mark
    assert serving.fault_of(read_again(page)) is None
    assert [one.pk for one in serving.intact([read_again(page)])] == [page.pk]
    assert client.get(page.url).status_code == 200
    assert list(audit.faults()) == []


def test_it_is_looked_up_once(without, django_assert_num_queries):
    with without("seo_title"):
        page = making.released(making.info())
    page = read_again(page)

    with django_assert_num_queries(2):
        assert serving.fault_of(page) is None
    with django_assert_num_queries(1):
        assert serving.fault_of(page) is None


def test_the_gate_lets_such_a_page_be_saved(without):
    with without("seo_title"):
        page = making.released(making.info())

    read_again(page).save()

    assert read_again(page).live


@pytest.mark.parametrize("field", ["seo_title", "body"])
def test_a_field_that_says_something_is_another_text(without, field):
    with without("seo_title"):
        page = making.released(making.info())
    with transaction.atomic(), past_the_triggers():
        InfoPage.objects.filter(pk=page.pk).update(**{field: "Massage a sore calf."})

    assert serving.fault_of(read_again(page)) == "not the text that was signed"
    assert any("not the text that was signed" in fault for fault in audit.faults())
    with pytest.raises(RefusedError, match="not the text that was signed"):
        read_again(page).save()


def test_a_field_that_went_away_says_nothing_when_it_was_empty(without):
    page = making.released(making.info())
    with without("seo_title"):
        assert serving.fault_of(read_again(page)) is None
    with without("body"):
        assert serving.fault_of(read_again(page)) == "not the text that was signed"


def test_lists_and_rows_that_came_later(without):
    names = {"languages", "numbers_from", "dates"}
    page = ServicesPage(title="A place")
    with without(*names):
        before = content(page)
    now = content(page)

    assert now.keys() - before.keys() == names
    assert with_the_fields_of(before, now) == before


def test_the_ledger_shows_the_page_as_it_was_signed(without, client):
    with without("seo_title"):
        page = making.released(making.info())

    told = client.get(f"/ledger/{page.pk}/content.json").json()

    assert told == ledger.live_content(read_again(page))
    assert "seo_title" not in told["fields"].keys() | told["hashes"].keys()
    assert verify.content_faults(Release.objects.get(page_id=page.pk).body(), told) == []


def test_what_was_signed_before_is_released_after(without):
    with without("seo_title"):
        row = making.signed(making.info())

    actions.release(submission=row, by=making.reviewer(credential=False), now=LATER)

    page = InfoPage.objects.get(pk=row.page_id)
    assert page.live
    assert Standing.objects.get(pk=page.pk).fingerprint == row.fingerprint
    assert list(audit.faults()) == []


@pytest.mark.parametrize("body", [None, "<p>Another text.</p>"])
def test_a_text_is_read_once_to_know_its_mark(without, monkeypatch, body):
    with without("seo_title"):
        page = making.released(making.info())
    known, reads = Standing.objects.get(pk=page.pk).fingerprint, []
    page.body = body or page.body
    mark = fingerprint.fingerprint(page) if body else known
    for module in (as_signed, fingerprint):
        monkeypatch.setattr(module, "content", lambda one: reads.append(one) or content(one))

    assert as_signed.mark_of(page, known) == mark
    assert len(reads) == 1


def test_a_second_reviewer_signs_the_same_text_after_it(without):
    page = making.info()
    with without("seo_title"):
        row = making.submitted(page, raised_class="safety")
        actions.sign_off(submission=row, by=making.reviewer(), now=NOW, answers=making.all_yes(page))

    actions.sign_off(submission=row, by=making.reviewer(), now=NOW, answers=making.all_yes(page))

    first, second = SignOff.objects.filter(submission_id=row.pk)
    assert (first.content, first.fingerprint) == (second.content, second.fingerprint)
    assert list(audit.faults()) == []


def test_what_nobody_had_signed_is_submitted_again(without):
    page = making.info()
    with without("seo_title"):
        row = making.submitted(page)

    with pytest.raises(StaleError, match="submit it again"):
        actions.sign_off(submission=row, by=making.reviewer(), now=NOW, answers=making.all_yes(page))

    assert making.released(page).live


def test_an_earlier_text_comes_back_over_the_change(without):
    with without("seo_title"):
        page = making.released(making.info(body="<p>Old words.</p>"))
        first = Release.objects.get(page_id=page.pk)
    page = making.released(making.edited(page, body="<p>New words.</p>"))

    actions.roll_back(page=page, release_hash=first.hash, by=making.reviewer(), now=LATER, reason="It was better")

    assert serving.fault_of(read_again(page)) is None
    assert read_again(page).body == "<p>Old words.</p>"
    assert list(audit.faults()) == []


def test_pages_that_show_it_stay_public(without):
    with without("seo_title"):
        source = making.released(making.source())
        term = making.released(making.term(sources=[source]))

    assert serving.fault_of(read_again(term)) is None
    assert [one.pk for one in serving.intact([SourcePage.objects.get(pk=source.pk)])] == [source.pk]


def test_the_field_is_no_change_for_reviewers():
    before = {"title": "A", "rows": [{"text": "One"}, {"text": "Two"}]}
    now = {"title": "B", "seo_title": "", "rows": [{"text": "Two", "more": ""}], "urgent": False}

    found = difference(before, now, {})

    assert {change.path[0] for change in found.changes} == {"title", "rows"}
    assert not any("more" in change.path for change in found.changes)
    assert [c.path for c in difference(before, before | {"urgent": True}, {}).changes] == [("urgent",)]


@pytest.mark.parametrize("value", [None, False, "", [], {}])
def test_what_is_empty_says_nothing(value):
    assert says_nothing(value)
    assert with_the_fields_of({"a": 1}, {"a": 1, "b": value}) == {"a": 1}
    assert with_the_fields_of({"a": 1, "b": value}, {"a": 1}) == {"a": 1, "b": value}


@pytest.mark.parametrize("value", [0, True, " ", "0", [None], {"a": ""}])
def test_what_is_not_empty_stays_on_either_side(value):
    assert not says_nothing(value)
    assert with_the_fields_of({"a": 1}, {"a": 1, "b": value}) == {"a": 1, "b": value}
    assert with_the_fields_of({"a": 1, "b": value}, {"a": 1}) == {"a": 1}


def test_an_emptied_field_is_another_text():
    assert with_the_fields_of({"warning": "Call now."}, {"warning": ""}) == {"warning": ""}
    assert with_the_fields_of([{"w": "Call now."}], [{"w": "", "x": ""}]) == [{"w": ""}]
