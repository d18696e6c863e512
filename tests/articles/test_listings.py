"""What pages list besides their own text: what refers to them, and what chooses them; parted once that is much."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles import lists
from articles import models as m
from review import actions
from tests.factories import articles as make
from tests.review import making

pytestmark = pytest.mark.django_db
LINKS = re.compile(r'<li><a href="([^"]+)">')
ROWS = re.compile(r'<p class="row__title"><a href="([^"]+)"')


@pytest.fixture
def parted(monkeypatch):
    """Let lists be parted after five entries, as if they were long."""
    monkeypatch.setattr(lists, "LONGEST", 5)
    monkeypatch.setattr(lists, "PER_PAGE", 5)


def listed(page):
    return {group.label: [one.title for one in group.pages] for group in lists.part(page, page.listing, 1).groups}


def text(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def uses(html):
    """Return what stands in the list of a page, without the ways around it."""
    section = re.search(r'<section class="uses".*?</section>', html, re.DOTALL)
    return LINKS.findall(re.sub(r"<nav.*?</nav>", "", section[0], flags=re.DOTALL)) if section else []


def test_uses_are_released_pages_by_kind():
    work = make.source()
    cited = make.stream("citation", *make.cites(work))
    make.cause(title="A cause", citations=cited)
    make.claim(title="A claim", citations=cited)
    make.claim(title="A draft", citations=cited, released=False)

    assert listed(work) == {"Causes": ["A cause"], "What people say": ["A claim"]}


def test_uses_are_found_in_what_is_made_of_a_sign():
    sign = make.finding()
    make.care_rule(title="A rule", finding=sign)
    make.contraindication(title="A danger", finding=sign)
    make.cause(title="A cause", extra_signs=make.stream("sign", {"finding": [sign.code], "text": "It swells."}))

    assert listed(sign) == {
        "Causes": ["A cause"],
        "When to get help": ["A rule"],
        "When to leave it alone": ["A danger"],
    }


def test_uses_are_found_in_links_in_text():
    word = make.term()
    make.claim(title="A claim", why=f"<p>{make.link(word, 'word')}</p>")

    assert listed(word) == {"What people say": ["A claim"]}


def test_a_page_is_no_use_of_itself():
    cause = make.cause(released=False)
    cause.features = f"<p>See {make.link(cause, 'this page')}.</p>"
    cause.save()
    make.publish(cause)

    assert listed(cause) == {}


def test_causes_at_a_place_are_released_ones():
    site = make.body_site()
    for released in (True, False):
        make.cause(title=f"Released: {released}", sites=[site], released=released)

    assert listed(site) == {"Muscle, tendon and bone": ["Released: True"]}


@pytest.fixture(scope="module")
def cited_work(django_db_setup, django_db_blocker):
    """A source that twelve claims and a cause cite, made once; each test rolls back to this place. Gives its id."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make.source(title="A much cited work")
        cited = make.stream("citation", *make.cites(made))
        make.cause(title="A cause", citations=cited)
        for number in range(12):
            make.claim(title=f"Claim {number:02}", citations=cited)
        with django_db_blocker.block():
            yield made.pk
        transaction.set_rollback(True)


@pytest.fixture
def work(cited_work, db):
    """The same, for one test."""
    return m.SourcePage.objects.get(pk=cited_work)


def test_the_pages_of_a_list_of_uses_hold_together_what_was_one(client, monkeypatch, work):
    whole = uses(text(client, work.url))
    monkeypatch.setattr(lists, "LONGEST", 5)
    monkeypatch.setattr(lists, "PER_PAGE", 5)

    pages = [text(client, f"{work.url}{more}") for more in ("", "page/2/", "page/3/")]

    assert len(whole) == 13
    assert [len(uses(html)) for html in pages] == [5, 5, 3]
    assert [link for html in pages for link in uses(html)] == whole
    text(client, f"{work.url}page/4/", 404)


def test_a_further_page_of_uses_is_nothing_but_the_list_and_says_where_it_is(client, parted, work, settings):
    first, second = text(client, work.url), text(client, f"{work.url}page/2/")

    assert 'id="record"' in first
    assert 'id="record"' not in second
    assert "– Page 2 of 3</title>" in second
    assert f'<link rel="canonical" href="{settings.SITE_URL}{work.url}page/2/">' in second
    assert f'<link rel="prev" href="{work.url}">' in second
    assert f'<link rel="next" href="{work.url}page/3/">' in second
    assert '"@type":"ItemPage"' in first
    assert '"@type":"CollectionPage"' in second
    assert '"mainEntity"' not in second
    assert re.findall(r'<a href="([^"]*#\w+page)"', second) == [f"{work.url}#causepage", f"{work.url}#claimpage"]
    assert 'id="causepage"' in first
    assert "#claimpage" in first


def test_a_short_list_of_uses_has_no_ways_around_it(client, work):
    html = text(client, work.url)

    assert 'class="pages"' not in html
    assert 'class="jump"' not in html
    assert "Page 1 of" not in html
    text(client, f"{work.url}page/2/", 404)


def test_further_pages_of_uses_and_of_places_are_found_like_all_others(client, parted, work, settings):
    site = make.body_site(title="A place with much pain")
    for number in range(6):
        make.cause(title=f"Cause {number}", sites=[site])

    known = [f"{page.url}{more}" for page, more in lists.further_pages()]
    document = client.get(f"/api/v1/pages/{work.pk}/").json()

    assert {f"{work.url}page/2/", f"{work.url}page/3/", f"{site.url}page/2/"} <= set(known)
    assert f"{site.url}page/3/" not in known
    assert len(known) == len(set(known))
    ours = [path for path in known if path.startswith((work.url, site.url))]
    assert all(client.get(path).status_code == 200 for path in [*ours, *known[::20]])
    assert f"<loc>{settings.SITE_URL}{site.url}page/2/</loc>" in text(client, "/sitemap.xml")
    assert document["further_pages"] == [f"{settings.SITE_URL}{work.url}page/{number}/" for number in (2, 3)]


def test_the_causes_at_a_place_are_parted_by_family(client, parted):
    site = make.body_site(title="A place with much pain")
    for number in range(4):
        make.cause(title=f"Muscle {number}", sites=[site])
        make.cause(title=f"Vein {number}", sites=[site], group="vein")
    make.cause(title="A draft", sites=[site], released=False)

    first, second = text(client, site.url), text(client, f"{site.url}page/2/")

    assert [len(ROWS.findall(html)) for html in (first, second)] == [5, 3]
    assert f'<a href="{site.url}#vein">' in second
    assert 'id="vein"' in first
    assert site.description not in second


def test_who_is_withdrawn_leaves_a_list_of_uses_and_another_takes_its_place(client, parted, work):
    first, second = uses(text(client, work.url)), uses(text(client, f"{work.url}page/2/"))
    gone = m.ClaimPage.objects.get(slug=first[1].rstrip("/").rpartition("/")[2])

    actions.withdraw(page=gone, by=making.reviewer(), now=making.LATER, reason="Wrong.")

    assert uses(text(client, work.url)) == [first[0], *first[2:], second[0]]


def test_the_list_of_causes_names_no_places_where_these_are_too_many(client, monkeypatch):
    assert 'class="uses__groups"' in text(client, "/causes/")
    monkeypatch.setattr(lists, "LONGEST", m.CausePage.objects.live().count())
    for number in range(lists.LONGEST + 1 - m.BodySitePage.objects.live().count()):
        make.body_site(title=f"Place {number}")

    html = text(client, "/causes/")

    assert 'class="uses__groups"' not in html
    assert '<a href="/where-it-hurts/">' in html


def test_whatever_the_uses_are_a_page_asks_as_often(client, parted, work):
    path = f"{work.url}page/2/"
    text(client, path)
    with CaptureQueriesContext(connection) as of_some:
        text(client, path)
    lists.PER_PAGE = 8  # the fixture puts it back
    with CaptureQueriesContext(connection) as of_many:
        text(client, path)

    assert len(of_some) == len(of_many)
