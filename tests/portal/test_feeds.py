"""Feeds, llms.txt and pictures: public facts of what is released, as programs of others read them."""

import io
import re

import feedparser
import pytest
from django.utils import timezone
from PIL import Image
from wagtail.models import Page

from articles import lists
from articles.models import CausePage, GuidePage, TermPage
from portal import pictures
from review import actions
from review.models import Release
from tests.review import making

pytestmark = pytest.mark.django_db
SECRET = "Quillwort"


def read(client, name):
    response = client.get(f"/feeds/{name}/")
    assert response["Content-Type"].startswith("application/atom+xml")
    found = feedparser.parse(response.content)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def test_the_feed_of_releases_is_the_end_of_the_ledger(client, settings):
    found = read(client, "releases")

    rows = Release.objects.order_by("-number")[: len(found.entries)]
    assert [one.id for one in found.entries] == [f"urn:sha256:{row.hash}" for row in rows]
    assert found.feed.links[0].href == f"{settings.SITE_URL}/"
    assert {one.rel for one in found.feed.links} >= {"alternate", "self"}
    assert found.entries[0].updated_parsed[:3] == rows[0].released_at.timetuple()[:3]
    assert "no real clinician" in found.entries[0].summary
    assert len(found.entries) > 20


def test_a_withdrawal_is_in_both_feeds_and_leads_to_the_ledger(client, settings):
    page = TermPage.objects.get(slug="soreness")
    actions.withdraw(page=page, by=making.reviewer(), now=timezone.now(), reason="A fault")

    for name in ("releases", "safety"):
        first = read(client, name).entries[0]
        assert first.title == f"Withdrawn: {page.title}"
        assert first.link == f"{settings.SITE_URL}/ledger/{page.pk}/"
        assert "withdrawn" in [one.term for one in first.tags]


def test_only_safety_is_in_the_feed_of_safety(client):
    page = making.released(making.info(title="About the words"))
    worded = making.released(making.edited(page, body="<p>Words about us, said again.</p>"))
    newest = Release.objects.filter(page_id=worded.pk).order_by("-number").first()
    ids = {name: [one.id for one in read(client, name).entries] for name in ("releases", "safety")}

    assert newest.change_class != "safety"
    assert f"urn:sha256:{newest.hash}" in ids["releases"]
    assert f"urn:sha256:{newest.hash}" not in ids["safety"]
    for entry in ids["safety"]:
        row = Release.objects.get(hash=entry.removeprefix("urn:sha256:"))
        assert row.change_class == "safety" or row.kind != "released"


def test_a_draft_is_in_no_feed_and_in_no_list(client):
    making.info(title=f"{SECRET} page")
    draft = GuidePage.objects.get(slug="calf-soreness").get_latest_revision_as_object()
    draft.title = f"{SECRET} title"
    draft.save_revision()

    for address in ("/feeds/releases/", "/feeds/safety/", "/llms.txt", "/sitemap.xml"):
        assert SECRET not in client.get(address).content.decode(), address


def test_a_feed_is_made_once_and_anew_when_something_is_released(kept, client, committed, django_assert_num_queries):
    first = client.get("/feeds/releases/")
    with django_assert_num_queries(1):
        assert client.get("/feeds/releases/", headers={"if-none-match": first["ETag"]}).status_code == 304

    making.released(making.info(title="Something new"))
    committed()

    assert b"Something new" in client.get("/feeds/releases/").content


def test_pages_lead_to_feeds_picture_and_document(client, settings):
    cause = CausePage.objects.get(slug="muscle-cramp")
    html = client.get(cause.url).content.decode()

    links = dict(re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', html))
    picture = re.search(r'<meta property="og:image" content="([^"]+)">', html)[1]
    assert client.get(links["application/json"]).json()["id"] == cause.pk
    assert client.get(links["application/atom+xml"]).status_code == 200
    assert picture.startswith(f"{settings.SITE_URL}/pictures/{cause.pk}-")
    assert client.get(picture.removeprefix(settings.SITE_URL))["Content-Type"] == "image/png"


def test_a_picture_is_drawn_from_the_released_text_and_always_alike(client):
    page = CausePage.objects.get(slug="muscle-cramp")
    address = f"/pictures/{page.pk}-0.png"
    first = client.get(address)
    draft = page.get_latest_revision_as_object()
    draft.title = f"{SECRET} title"
    draft.save_revision()
    pictures.drawn.cache_clear()

    again = client.get(address)
    assert again.content == first.content
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    image = Image.open(io.BytesIO(first.content))
    assert image.size == pictures.SIZE
    assert len(first.content) < 40_000
    assert pictures.drawn(f"{SECRET} title", "x") != first.content


def test_who_has_only_a_demonstration_behind_it_says_so(client):
    facts = CausePage.objects.get(slug="muscle-cramp").review_facts

    assert facts.demonstration
    assert pictures.said(facts) == "Draft content: not yet approved by local clinicians"


@pytest.mark.parametrize("title", ["小腿痛", "Καρδιά", "a" * 300, "Cramp " * 60, ""])
def test_every_title_has_a_picture(title):
    assert Image.open(io.BytesIO(pictures.drawn(title, "Reviewed on 1 May 2027"))).size == pictures.SIZE


def test_what_is_not_released_has_no_picture(client):
    page = TermPage.objects.get(slug="soreness")
    assert client.get(f"/pictures/{page.pk}-0.png").status_code == 200
    actions.withdraw(page=page, by=making.reviewer(), now=timezone.now(), reason="A fault")

    assert client.get(f"/pictures/{page.pk}-0.png").status_code == 404
    assert client.get(f"/pictures/{making.info().pk}-0.png").status_code == 404
    assert client.get("/pictures/999999999999999999999999-0.png").status_code == 404


def test_llms_txt_names_what_programs_may_use_and_how(client, settings):
    text = client.get("/llms.txt").content.decode()

    assert text.startswith("# Gaitway\n\n> ")
    links = re.findall(r"^- \[.+?\]\((.+?)\)", text, re.MULTILINE)
    paths = [link.removeprefix(settings.SITE_URL) for link in links]
    guides = {page.url for page in Page.objects.live().type(GuidePage)}
    assert guides <= set(paths)
    assert all(client.get(path).status_code == 200 for path in paths[:8])
    assert "&#" not in text


def test_llms_txt_names_a_long_list_and_reads_none_of_its_pages(client, settings, monkeypatch):
    monkeypatch.setattr(lists, "LONGEST", 10)
    causes = Page.objects.live().type(CausePage)

    text = client.get("/llms.txt").content.decode()

    assert f"- [What it can be]({settings.SITE_URL}/causes/): {causes.count()} pages" in text
    address = f"{settings.SITE_URL}/api/v1/pages/?type=articles.CausePage"
    assert f"- [What it can be, for programs]({address}): all of them" in text
    assert client.get(address.removeprefix(settings.SITE_URL)).json()["meta"]["total_count"] == causes.count()
    assert not [page.title for page in causes if f"[{page.title}]" in text]
    assert all(f"[{page.title}]" in text for page in Page.objects.live().type(GuidePage))
