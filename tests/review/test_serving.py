"""What readers get: what was signed, or a page that says that it is being checked."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from articles.models import CareRulePage, GuidePage, InfoPage
from review import actions, doors, serving, uses
from review.models import Standing, Use
from tests.past_the_triggers import past_the_triggers
from tests.review import making
from tests.review.making import LATER, NOW

pytestmark = pytest.mark.django_db


def number() -> list[tuple[str, str]]:
    return [("123", "123")]


def tampered(page, **values):
    """Change a row as somebody with the database in hand would."""
    with transaction.atomic(), past_the_triggers():
        type(page).objects.filter(pk=page.pk).update(**values)
    return type(page).objects.get(pk=page.pk)


def test_a_signed_page_is_let_through():
    page = making.released(making.info())

    assert serving.before_serve_page(page, RequestFactory().get("/"), (), {}) is None


def test_a_tampered_page_answers_503_with_the_emergency_advice(settings, caplog):
    settings.REVIEW_EMERGENCY_NUMBERS = "tests.review.test_serving.number"
    page = tampered(making.released(making.info()), body="<p>Drink poison.</p>")

    answer = serving.before_serve_page(page, RequestFactory().get("/"), (), {})

    text = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert '<a href="tel:123">123</a> now' in text
    assert "poison" not in text
    assert "not the text that was signed" in caplog.text


def test_a_number_that_cannot_be_read_is_replaced(settings, caplog):
    settings.REVIEW_EMERGENCY_NUMBERS = "tests.review.nowhere.number"

    assert serving.emergency_numbers() == [("112", "112")]
    assert "could not be read" in caplog.text


def test_the_check_costs_one_query_without_many_to_many_fields(django_assert_num_queries):
    source = making.released(making.source())
    page = making.released(making.term(sources=[source]))

    with django_assert_num_queries(1):
        assert serving.fault_of(page) is None
        assert page.review_facts.signers
        assert page.held_blocks == frozenset()


def test_a_page_is_not_shown_when_what_it_shows_changed_without_it():
    source = making.released(making.source())
    page = making.released(making.term(sources=[source]))
    with transaction.atomic(), doors.open_for([page.pk]):
        Use.objects.filter(user_page_id=page.pk).update(mark="0" * 64)

    assert "changed without it" in serving.fault_of(page)


def test_a_page_stays_when_what_it_shows_was_reviewed_with_it_or_withdrawn_knowing_it():
    source = making.released(making.source())
    page = making.released(making.term(sources=[source]))
    row = making.signed(making.edited(source, organisation="Another one"))
    actions.release(submission=row, by=making.reviewer(credential=False), now=NOW)
    assert serving.fault_of(page) is None

    actions.withdraw(page=source, by=making.reviewer(), now=LATER, reason="Gone")

    assert serving.fault_of(page) is None


def test_intact_leaves_out_what_was_tampered_with():
    good, bad = making.released(making.source()), making.released(making.source())
    bad = tampered(bad, organisation="Nobody")

    assert serving.intact([good, bad]) == [good]


def test_a_plain_page_is_never_shown():
    plain = Page.get_first_root_node().add_child(instance=Page(title="Plain", slug="plain", live=False))

    with pytest.raises(Http404):
        serving.before_serve_page(plain, RequestFactory().get("/"), (), {})


def test_late_reviews_are_said_and_relief_is_withheld_after_the_grace(settings):
    settings.REVIEW_GRACE_DAYS = 10
    page = making.released(making.info())
    today = timezone.localdate()
    for days, late, withheld in ((-1, False, False), (1, True, False), (11, True, True)):
        with transaction.atomic(), doors.open_for([page.pk]):
            Standing.objects.filter(pk=page.pk).update(due_on=today - timedelta(days=days))
        facts = InfoPage.objects.get(pk=page.pk).review_facts
        assert (facts.is_overdue, facts.relief_is_withheld) == (late, withheld)


@pytest.mark.parametrize(("listed", "reader", "served"), [
    (True, "anonymous", True), (False, "anonymous", False), (False, "editor", True), (False, "visitor", False),
])  # fmt: skip
def test_a_document_is_served_only_when_a_released_page_lists_it(listed, reader, served):
    document = get_document_model().objects.create(title="Leaflet", file=ContentFile(b"words", name="leaflet.txt"))
    request = RequestFactory().get(document.url)
    request.user = {"anonymous": AnonymousUser, "editor": making.editor, "visitor": making.user}[reader]()
    if listed:
        with transaction.atomic(), doors.open_for():
            Use.objects.bulk_create(
                [Use(user_page_id=1, kind="document", used=str(document.pk), mark=uses.hash_of_file(document))]
            )

    with nullcontext() if served else pytest.raises(Http404):
        serving.before_serve_document(document, request)


def test_a_held_page_says_that_it_is_being_checked():
    page = making.released(making.info())
    person = making.reviewer()
    held = actions.hold(page=page, by=person, now=LATER, reason="A reader says so")
    page = InfoPage.objects.get(pk=page.pk)

    answer = serving.before_serve_page(page, RequestFactory().get("/"), (), {})
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 503

    actions.lift_hold(hold=held, by=person, now=LATER)
    assert serving.before_serve_page(InfoPage.objects.get(pk=page.pk), RequestFactory().get("/"), (), {}) is None


def test_what_is_on_hold_is_not_shown_inside_other_pages_but_what_helps_in_an_emergency_is(caplog):
    guide = GuidePage.objects.live().get(slug="calf-soreness")
    technique = next(item["technique"] for block in guide.blocks("techniques") for item in block.value["items"])
    urgent = CareRulePage.objects.live().filter(disposition="emergency_now").first()
    before = guide.serve(RequestFactory().get("/")).content.decode()
    with transaction.atomic(), doors.open_for([technique.pk, urgent.pk]):
        Standing.objects.filter(pk__in=[technique.pk, urgent.pk]).update(held=[""])

    shown = serving.intact([technique.specific, urgent])
    after = GuidePage.objects.get(pk=guide.pk).serve(RequestFactory().get("/")).content.decode()

    assert shown == [urgent]
    assert f'href="{technique.url}"' in before
    assert f'href="{technique.url}"' not in after
    assert "is not what was signed" not in caplog.text


def test_a_block_is_held_alone_and_stays_held_after_a_release(monkeypatch):
    monkeypatch.setattr(InfoPage, "parts_to_hold", lambda page: {"b-1": "A part"})
    page = making.released(making.info())
    actions.hold(page=page, by=making.reviewer(), now=LATER, reason="A reader says so", block="b-1")
    page = making.released(making.edited(page, body="<p>Better words.</p>"))

    assert page.held_blocks == {"b-1"}
