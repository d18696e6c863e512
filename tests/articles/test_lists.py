"""Lists: whole while they are short, parted into pages with addresses of their own once they are long."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from articles import listings, lists, queries
from articles import models as m
from articles.translations.reading import reading
from review import actions
from tests.factories import articles as make
from tests.review import making

pytestmark = pytest.mark.django_db
ROWS = re.compile(r'<p class="row__title"><a href="([^"]+)"')


@pytest.fixture
def parted(monkeypatch):
    """Let lists be parted after ten entries, as if they were long."""
    monkeypatch.setattr(lists, "LONGEST", 10)
    monkeypatch.setattr(lists, "PER_PAGE", 10)


def text(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def titles(groups):
    return {group.label: [page.title for page in group.pages] for group in groups}


def test_a_short_list_is_one_page(client):
    html = text(client, "/causes/")

    assert 'class="pages"' not in html
    assert 'rel="next"' not in html
    assert '<a href="#vein">' in html
    assert "/causes/page/2/" not in text(client, "/sitemap.xml")
    text(client, "/causes/page/2/", 404)


@pytest.mark.parametrize("address", ["/causes/", "/signs/"])
def test_the_pages_of_a_list_hold_together_what_was_one(client, monkeypatch, address):
    whole = ROWS.findall(text(client, address))
    monkeypatch.setattr(lists, "LONGEST", 10)
    monkeypatch.setattr(lists, "PER_PAGE", 10)

    path, found = address, []
    while path:
        html = text(client, path)
        rows = ROWS.findall(html)
        assert len(rows) <= 10
        found += rows
        path = next(iter(re.findall(r'<link rel="next" href="([^"]+)"', html)), "")

    assert found == whole


def test_a_page_of_a_list_says_where_it_is(client, parted, settings):
    html = text(client, "/causes/page/2/")

    assert f'<link rel="canonical" href="{settings.SITE_URL}/causes/page/2/">' in html
    assert '<link rel="prev" href="/causes/">' in html
    assert '<link rel="next" href="/causes/page/3/">' in html
    assert '<a rel="prev" href="/causes/">' in html
    assert '<span aria-current="page">2</span>' in html
    assert "– Page 2 of 4</title>" in html
    assert f'"@id":"{settings.SITE_URL}/causes/page/2/#page"' in html
    assert f'"item":"{settings.SITE_URL}/causes/page/2/"' in html
    assert '<link rel="prev"' not in text(client, "/causes/")
    assert '<link rel="next"' not in text(client, "/causes/page/4/")


@pytest.mark.parametrize(
    "path",
    ["page/1/", "page/5/", "page/0/", "page/02/", "page/-2/", "page/abc/", "page/٢/", "page/2/2/", "page/9999999/",
     "?page=2", "?page=abc"],
)  # fmt: skip
def test_what_is_no_page_of_a_list_is_not_there(client, parted, path):
    text(client, f"/causes/{path}", 404)


def test_a_page_that_lists_nothing_has_no_further_pages(client, parted):
    text(client, "/about/page/2/", 404)
    text(client, "/who-to-see/page/2/", 404)


def test_headings_of_other_pages_are_found_from_each(client, parted):
    html = text(client, "/words/page/2/")
    letters = re.search(r'jump--letters"[^>]*><ul>(.*?)</ul>', html, re.DOTALL)[1]
    word = m.TermPage.objects.get(slug="vein")

    path = re.search(r'href="([^"#]*)#letter-V"', letters)[1]

    assert escape(word.title) in text(client, path)
    assert 'id="letter-V"' in text(client, path)
    assert re.search(r'href="#letter-', letters), "a heading of this page is on this page"


def test_the_first_page_leads_to_the_page_on_which_a_family_begins(client, parted):
    html = text(client, "/")

    ways = re.findall(r'<li><a href="(/causes/[^"#]*)#(\w+)"', html)
    assert len({path for path, _ in ways}) > 2
    assert all(f'<h2 id="{anchor}">' in text(client, path) for path, anchor in ways)


def test_a_long_list_of_causes_leads_to_the_places(client, parted):
    html = text(client, "/causes/page/2/")

    assert 'class="uses__groups"' not in html
    assert '<h2 id="by-place">' in html
    assert 'class="leg-map"' in text(client, "/where-it-hurts/")
    assert 'class="leg-map"' not in text(client, "/where-it-hurts/page/2/")


def test_a_page_of_a_list_reads_the_entries_of_one_page(client, parted):
    text(client, "/signs/page/2/")
    with CaptureQueriesContext(connection) as of_some:
        text(client, "/signs/page/2/")
    lists.PER_PAGE = 40  # the fixture puts it back
    with CaptureQueriesContext(connection) as of_many:
        text(client, "/signs/page/2/")

    assert len(of_some) == len(of_many)


def test_a_withdrawn_page_leaves_a_page_of_a_list_and_another_takes_its_place(client, parted):
    first, second = ROWS.findall(text(client, "/signs/")), ROWS.findall(text(client, "/signs/page/2/"))
    gone = m.FindingPage.objects.get(slug=first[0].rstrip("/").rpartition("/")[2])

    actions.withdraw(page=gone, by=making.reviewer(), now=making.LATER, reason="Wrong.")

    assert ROWS.findall(text(client, "/signs/")) == [*first[1:], second[0]]


def test_entries_are_released_ones_only_each_as_it_was_signed():
    shown, hidden, changed = make.claim(), make.claim(released=False), make.claim()
    make.past_the_gate(m.ClaimPage.objects.filter(pk=changed.pk), title="Nobody has signed this.")

    found = lists.part(make.section(m.ClaimIndexPage), m.ClaimIndexPage.listing, 1)

    assert shown in found.entries
    assert hidden not in found.entries
    assert changed not in found.entries


def test_rules_stand_by_urgency_then_by_days():
    rules = [
        make.care_rule(disposition="routine", within_days=14, title="Late"),
        make.care_rule(disposition="routine", within_days=2, title="Soon"),
        make.care_rule(disposition="emergency_now", title="Now"),
    ]

    found = lists.part(make.section(m.CareRuleIndexPage), m.CareRuleIndexPage.listing, 1)

    mine = {rule.title for rule in rules}
    shown = {key: [title for title in some if title in mine] for key, some in titles(found.groups).items()}
    assert next(iter(shown)) == "Call an ambulance now"
    assert {key: some for key, some in shown.items() if some} == {
        "Call an ambulance now": ["Now"],
        "See a doctor or clinic within some days": ["Soon", "Late"],
    }


def test_in_another_language_causes_stand_by_family_then_by_their_titles_there(monkeypatch):
    parent = m.CauseIndexPage.objects.get()
    monkeypatch.setattr(listings, "told_titles", lambda _, __, titles: {pk: f"{10**6 - pk}" for pk in titles})
    groups = dict(m.CausePage.objects.values_list("pk", "group"))

    with reading("zh-hant"):
        found = [entry.pk for entry in m.CauseIndexPage.listing.entries(parent)]

    families = list(m.CausePage._meta.get_field("group").flatchoices)
    place = {key: number for number, (key, _) in enumerate(families)}
    assert found == sorted(found, key=lambda pk: (place[groups[pk]], -pk))
    assert len({groups[pk] for pk in found}) > 2


def test_words_stand_by_letter_whatever_their_case():
    found = lists.part(make.section(m.GlossaryPage), m.GlossaryPage.listing, 1)

    shown = [page.title for page in found.entries]
    assert shown == sorted(shown, key=str.casefold)
    assert list(titles(found.groups)) == sorted({title[0].upper() for title in shown})


def test_where_everything_public_is_gone_through_further_pages_are_there(client, parted, settings):
    sitemap = text(client, "/sitemap.xml")
    pages = [f"{page.url}{more}" for page, more in lists.further_pages()]

    assert "/causes/page/2/" in pages
    assert all(f"<loc>{settings.SITE_URL}{path}</loc>" in sitemap for path in pages)
    assert all(client.get(path).status_code == 200 for path in (pages[0], pages[-1]))
    root = m.CauseIndexPage.objects.get()
    document = client.get(f"/api/v1/pages/{root.pk}/").json()
    assert document["further_pages"] == [f"{settings.SITE_URL}/causes/page/{number}/" for number in (2, 3, 4)]
    assert client.get(f"/api/v1/pages/{m.CausePage.objects.live().first().pk}/").json()["further_pages"] == []


def test_the_first_page_names_some_places(client, monkeypatch):
    monkeypatch.setattr("articles.models.sections.MOST_SITES", 3)

    html = text(client, "/")

    assert re.search(r'<ul class="pills">(<li>[^\n]*?</li>){3}<li><a href="/where-it-hurts/">', html)
    assert len(queries.sites(most=3)) == 3
