"""Released pages for programs: what readers get and nothing else, through the same gate, kept as pages are."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from articles import models as m
from portal.delivery.front import Front
from review import actions, doors
from review.models import Standing
from tests.articles.test_structured_data import one_of_each
from tests.openapi_client import Partner
from tests.past_the_triggers import past_the_triggers
from tests.review import making

pytestmark = pytest.mark.django_db
SECRET = "Quillwort"


@pytest.fixture
def partner(db) -> Partner:
    return Partner()


def of(slug):
    return m.CausePage.objects.get(slug=slug)


def texts(body):
    return " ".join(part["html"] for part in body["sections"])


def words(html):
    """The words of some HTML, one after the other."""
    return re.findall(r"\w+", unescape(re.sub(r"<[^>]*>", " ", html)))


def test_every_page_type_is_told_as_it_is_shown(partner, client):
    pages = [page for page in one_of_each() if page.slug != "home"]

    for page in pages:
        body = partner.call("getPage", id=page.pk).body
        shown = client.get(page.url).content.decode()
        told = {word for part in body["sections"] for word in words(part["html"])}
        assert told <= set(words(shown)), page
        assert len(told) > 10, page
        assert body["title"] == page.title
        assert body["review"]["fingerprint"] == Standing.objects.get(pk=page.pk).fingerprint
        assert body["schema_org"]["@graph"][0]["name"] == page.title
    assert len(pages) > 15


def test_a_guide_comes_with_care_cards_sources_and_claims(partner):
    guide = m.GuidePage.objects.get(slug="calf-soreness")

    body = partner.call("getPage", id=guide.pk).body

    headings = [part["heading"] for part in body["sections"]]
    assert headings[1] == "Do I need help right now?"
    assert "new trouble breathing" in body["sections"][1]["html"]
    assert "tel:999" in body["sections"][1]["html"]
    assert len(body["sources"]) > 3
    assert all(one["places"] for one in body["sources"])
    assert {"verdict", "certainty"} <= body["claims"][0].keys()
    assert partner.follow("getCheck", body["check_url"]).body["slug"] == "calf"
    assert "class=" not in texts(body)
    assert "<form" not in texts(body)
    assert body["related"]
    assert partner.follow("getPage", body["related"][3]["detail_url"]).status == 200


def test_a_draft_is_nowhere(partner):
    page = of("muscle-cramp")
    draft = page.get_latest_revision_as_object()
    draft.title, draft.summary = f"{SECRET} title", f"{SECRET} summary."
    draft.save_revision()

    body = partner.call("getPage", id=page.pk).body
    listed = partner.client.get("/api/v1/pages/?limit=50&type=articles.CausePage").content.decode()

    assert SECRET not in str(body) + listed
    unreleased = making.info(title=f"{SECRET} page")
    assert partner.call("getPage", id=unreleased.pk).status == 404
    assert SECRET not in partner.client.get("/api/v1/pages/?limit=50&type=articles.InfoPage").content.decode()


def test_a_withdrawn_page_is_gone_everywhere(partner):
    page, cause = m.TechniquePage.objects.get(slug="calf-stretch"), of("gastrocnemius-strain")
    before = partner.call("listPages").body["meta"]["total_count"]
    linked = m.ClaimPage.objects.live().first()
    actions.withdraw(page=linked, by=making.reviewer(), now=timezone.now(), reason="Wrong.")

    said = partner.call("getPage", id=linked.pk)
    assert said.status == 410
    assert "Take down" in said.body["title"]
    assert partner.client.get(said.body["ledger_url"].removeprefix("http://localhost:8000")).status_code == 200
    assert partner.call("listPages").body["meta"]["total_count"] == before - 1
    for other in (page, cause):
        body = partner.call("getPage", id=other.pk)
        assert linked.pk not in [one["id"] for one in (body.body or {}).get("claims", [])]


def test_a_row_that_nobody_signed_is_not_told(partner):
    page = of("muscle-cramp")
    with past_the_triggers():
        m.CausePage.objects.filter(pk=page.pk).update(summary=f"{SECRET}.")

    said = partner.call("getPage", id=page.pk)

    assert said.status == 503
    assert SECRET not in str(said.body)
    assert int(said.headers["Retry-After"]) > 0
    offset = list(m.CausePage.objects.live().order_by("pk").values_list("pk", flat=True)).index(page.pk)
    items = partner.call("listPages", type="articles.CausePage", limit=1, offset=offset).body["items"]
    assert items == []


def test_what_is_on_hold_is_left_out(partner):
    guide = m.GuidePage.objects.get(slug="calf-soreness")
    part = next(key for key, words in guide.parts_to_hold().items() if "Text: Go on only if no warning" in words)
    assert "Go on only if" in texts(partner.call("getPage", id=guide.pk).body)

    actions.hold(page=guide, by=making.reviewer(), now=timezone.now(), reason="A doubt", block=part)

    body = partner.call("getPage", id=guide.pk).body
    assert body["on_hold"] is True
    assert "Go on only if" not in texts(body)
    assert "being checked again" in texts(body)


def test_a_page_that_is_wholly_on_hold_is_not_told(partner):
    page = making.released(making.info())
    actions.hold(page=page, by=making.reviewer(), now=making.LATER, reason="A doubt")

    assert partner.call("getPage", id=page.pk).status == 503
    assert page.pk not in [one["id"] for one in partner.call("listPages", type="articles.InfoPage").body["items"]]


def test_relief_is_withheld_when_a_review_is_far_too_late(partner):
    page = m.TechniquePage.objects.get(code="M-STRETCH")
    step = page.steps[0].value["text"]
    assert step in texts(partner.call("getPage", id=page.pk).body)

    with transaction.atomic(), doors.open_for([page.pk]):
        Standing.objects.filter(pk=page.pk).update(due_on=timezone.localdate() - timedelta(days=400))

    body = partner.call("getPage", id=page.pk).body
    assert body["review"]["relief_withheld"] is True
    assert body["review"]["overdue"] is True
    assert step not in texts(body)


def test_a_page_that_only_some_may_read_is_not_there(partner):
    page = of("muscle-cramp")
    # the review refuses one: it is written past it
    with past_the_triggers():
        PageViewRestriction.objects.bulk_create([PageViewRestriction(page=page, restriction_type="login")])

    assert partner.call("getPage", id=page.pk).status == 404
    assert page.pk not in [
        one["id"] for one in partner.call("listPages", type="articles.CausePage", limit=50).body["items"]
    ]


def test_an_editor_gets_what_everybody_gets(partner):
    page = of("muscle-cramp")
    editor = Client()
    editor.force_login(making.reviewer())

    answers = [one.get(f"/api/v1/pages/{page.pk}/") for one in (editor, partner.client)]

    assert answers[0].content == answers[1].content
    assert "Cookie" not in answers[0].get("Vary", "")
    assert not answers[0].cookies


def test_the_list_is_cut_into_parts_that_fit_together(partner):
    total = partner.call("listPages").body["meta"]["total_count"]
    found = []
    for offset in range(0, total, 50):
        found += [one["id"] for one in partner.call("listPages", limit=50, offset=offset).body["items"]]

    assert sorted(found) == found
    assert set(found) == set(Page.objects.live().filter(depth__gt=1).values_list("pk", flat=True))
    assert partner.call("listPages", limit=50, offset=total).body["items"] == []


def test_the_list_costs_the_same_for_few_and_many(partner, django_assert_max_num_queries):
    partner.call("listPages", limit=2, type="articles.TermPage")
    with django_assert_max_num_queries(9):
        partner.call("listPages", limit=2, type="articles.TermPage")
    with django_assert_max_num_queries(9):
        assert len(partner.call("listPages", limit=30, type="articles.TermPage").body["items"]) == 30


@pytest.mark.parametrize(
    "query",
    ["limit=51", "limit=-1", "limit=x", "offset=-1", "offset=" + "9" * 30, "offset=1000001", "type=wagtailcore.Page",
     "type=auth.User", "type=", "type=,", "fields=*", "search=leg", "format=api", "live=false", "order=id"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_or_ignored_alike(partner, query):
    response = partner.client.get(f"/api/v1/pages/?{query}")

    assert response.status_code == (200 if query == "type=" else 400)
    partner.checked(partner.operations["listPages"][2], response)


def test_an_answer_that_somebody_has_is_not_sent_again(partner):
    for name, given in (("getPage", {"id": of("muscle-cramp").pk}), ("listPages", {}), ("start", {})):
        first = partner.call(name, **given)
        assert partner.call(name, headers={"If-None-Match": first.headers["ETag"]}, **given).status == 304
        assert partner.call(name, headers={"If-None-Match": '"other"'}, **given).status == 200


def test_a_page_is_found_by_its_address(partner):
    said = partner.call("findPage", html_path="/causes/muscle-cramp/")

    assert said.status == 302
    assert partner.follow("getPage", said.headers["Location"]).body["meta"]["slug"] == "muscle-cramp"
    assert partner.call("findPage", html_path="/nowhere/").status == 404
    assert partner.call("findPage", html_path="muscle-cramp").status == 400


ADDRESSES = ["", "openapi.json", "pages/", "pages/find/", "pages/3/", "checks/", "checks/calf/", "nothing/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, address, method):
    response = getattr(client, method)(f"/api/v1/{address}")

    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"


def test_a_document_is_kept_and_rests_on_what_its_page_shows(kept, client, committed, django_assert_num_queries):
    page = of("deep-vein-thrombosis")
    client.get(page.url)
    path = f"/api/v1/pages/{page.pk}/"
    first = client.get(path)
    assert first.status_code == 200

    with django_assert_num_queries(1):
        assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304

    linked = next(one["id"] for one in first.json()["related"] if one["type"] == "articles.ClaimPage")
    word = m.ClaimPage.objects.get(pk=linked)
    actions.withdraw(page=word, by=making.reviewer(), now=timezone.now(), reason="Wrong.")
    committed()
    assert word.pk not in [one["id"] for one in client.get(path).json().get("related", [])]


def test_documents_are_answered_without_a_database_and_go_with_their_page(kept, committed):
    page = making.released(making.info())
    committed()
    kept.follow()
    path = f"/api/v1/pages/{page.pk}/"
    assert path in kept.later
    assert kept.fill(path)
    assert kept.fill("/api/v1/pages/")
    front = Front(lambda environ, start: [b"asked"], kept.store)

    status, headers, body = asked(front, path)
    assert status == "200 OK"
    assert headers["Content-Type"] == "application/json"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert page.title.encode() in body

    actions.withdraw(page=page, by=making.reviewer(), now=making.LATER, reason="Wrong.")
    assert kept.store.mark(path) is None
    committed()
    kept.follow()
    assert kept.store.mark("/api/v1/pages/") is None


def asked(front, path):
    found = {}

    def start(status, headers):
        found.update(status=status, headers=dict(headers))

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_HOST": "localhost:8000", "wsgi.input": io.BytesIO()}
    body = b"".join(front(environ, start))
    return found.get("status"), found.get("headers"), body


def test_pages_come_before_documents(kept):
    kept.want_everything()

    assert not [path for path in kept.wanted if path.startswith(("/api/", "/feeds/"))]
    assert len(kept.later) > len(kept.wanted)
