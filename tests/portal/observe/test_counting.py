"""What the review and the delivery do is counted where it happens, once for each request, and for readers alone."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import acting
from portal.delivery import keeper
from portal.observe import metrics
from review import serving
from review.doors import RefusedError
from tests.review import making

pytestmark = pytest.mark.django_db
PAGE = "/guides/calf-soreness/"


def number(name, **labels):
    return metrics.own.get_sample_value(name, labels) or 0.0


def refused(request):
    before = number("gaitway_gate_refusals_total")
    with acting(request):
        for _ in range(2):
            RefusedError("No.")
    return number("gaitway_gate_refusals_total") - before


def test_a_request_that_the_gate_refuses_counts_once(rf):
    assert refused(rf.post("/admin/")) == 1
    assert refused(rf.get("/admin/")) == 0


def test_an_audit_that_asks_the_gate_counts_nothing():
    before = number("gaitway_gate_refusals_total")

    RefusedError("No.")

    assert number("gaitway_gate_refusals_total") == before


def test_a_reviewer_whose_form_is_refused_is_counted(client):
    waiting = making.submitted(making.term())
    client.force_login(making.reviewer())
    before = number("gaitway_gate_refusals_total")

    answer = client.post(reverse("review:screen", args=[waiting.pk]), {"decision": "sign"})

    assert answer.status_code == 422
    assert number("gaitway_gate_refusals_total") == before + 1


def test_a_page_that_is_not_what_was_signed_is_counted_when_it_is_withheld(rf, monkeypatch):
    term = making.released(making.term())
    request = rf.get(term.url)
    request.user = making.editor()
    before = number("gaitway_pages_withheld_total")

    assert serving.before_serve_page(term, request, (), {}) is None
    assert number("gaitway_pages_withheld_total") == before

    monkeypatch.setattr(serving, "fault_of", lambda page: "not the text that was signed")
    assert serving.before_serve_page(term, request, (), {}) is not None
    assert number("gaitway_pages_withheld_total") == before + 1


def test_pages_are_counted_by_where_they_were_found(kept):
    def found():
        return {where: number("gaitway_pages_total", found=where) for where in ("made", "database", "ahead")}

    def gained(before):
        return {where: value - before[where] for where, value in found().items() if value != before[where]}

    reader = Client()
    before = found()
    assert reader.get(PAGE).status_code == 200
    assert gained(before) == {"made": 1}
    before = found()
    assert reader.get(PAGE).status_code == 200
    assert gained(before) == {"database": 1}
    before = found()
    assert keeper.keeper().fill("/causes/deep-vein-thrombosis/")
    assert gained(before) == {"ahead": 1}
