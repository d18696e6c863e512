"""Pages that were made once: found with one query, and never shown after anything in them has changed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from articles import models as m
from portal.delivery import renderings, views
from portal.models import Rendering
from review import actions
from review.models import Standing
from tests.factories import articles as make
from tests.review import making
from tests.review.test_serving import tampered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept")]


def read(client, page, **headers):
    return client.get(page.url, headers=headers)


@pytest.mark.parametrize("slug", ["calf-soreness", "leg-cramps-in-pregnancy"])
def test_a_guide_that_was_made_costs_one_query_whatever_its_size(client, django_assert_num_queries, slug):
    page = m.GuidePage.objects.get(slug=slug)
    first = read(client, page)

    with django_assert_num_queries(1):
        again = read(client, page)

    assert (again.status_code, again.content) == (200, first.content)


def test_every_type_of_page_is_kept_as_it_is_made(client, settings):
    newest = {type(page): page for page in Page.objects.live().exclude(depth=1).specific().order_by("pk")}
    pages = [page for page in newest.values() if page._meta.app_label == "articles"]
    plain = {}
    for page in pages:
        settings.KEEP_PAGES = False
        plain[page.url] = client.get(page.url).content
        settings.KEEP_PAGES = True

    made = {page.url: client.get(page.url).content for page in pages}

    assert made == plain
    assert set(Rendering.objects.values_list("path", flat=True)) == set(made)


def test_a_release_is_seen_by_the_next_reader(client, committed):
    page = making.released(making.info(body="<p>Old words.</p>"))
    committed()
    assert "Old words." in read(client, page).content.decode()

    making.released(making.edited(page, body="<p>New words.</p>"))
    committed()

    assert "New words." in read(client, page).content.decode()


def test_a_row_that_was_changed_behind_the_review_is_not_shown_from_before(client, committed):
    page = making.released(making.info())
    committed()
    assert read(client, page).status_code == 200

    tampered(page, body="<p>Drink poison.</p>")
    committed()

    answer = read(client, page)
    assert (answer.status_code, b"poison" in answer.content) == (503, False)


def test_a_withdrawn_page_is_gone(client, committed):
    page = making.released(making.info())
    committed()
    assert read(client, page).status_code == 200

    actions.withdraw(page=page, by=making.reviewer(), now=making.LATER, reason="Wrong.")
    committed()

    assert read(client, page).status_code == 404


def test_a_page_on_hold_is_not_shown(client, committed):
    page = making.released(making.info())
    committed()
    assert read(client, page).status_code == 200

    actions.hold(page=page, by=making.reviewer(), now=making.LATER, reason="Somebody has a doubt.")
    committed()

    assert read(client, page).status_code == 503


def test_a_page_that_shows_a_changed_one_is_made_anew_and_no_other(client, committed):
    work, other = make.source(title="A first work"), make.source(title="Another work")
    claim = make.claim(title="A claim", citations=make.stream("citation", *make.cites(work)))
    stranger = make.claim(title="A stranger", citations=make.stream("citation", *make.cites(other)))
    committed()
    pages = (work, other, claim, stranger)
    before = {page.pk: read(client, page).content for page in pages}
    generation, _ = renderings.find(work.url)

    make.past_the_gate(Page.objects.filter(pk=work.pk), last_published_at=timezone.now())
    committed()

    gone = {page.pk for page in pages if renderings.find(page.url)[1] is None}
    assert gone == {work.pk, claim.pk}
    changed = {f"p:{work.pk}"}
    assert {claim.url, work.url} <= renderings.affected(changed, generation)
    assert {other.url, stranger.url}.isdisjoint(renderings.affected(changed, generation))
    assert {page.pk: read(client, page).content for page in pages} == before


def test_a_page_learns_of_what_begins_to_refer_to_it(client, committed):
    work = make.source(title="A work")
    committed()
    assert "A new claim" not in read(client, work).content.decode()

    make.claim(title="A new claim", citations=make.stream("citation", *make.cites(work)))
    committed()

    assert "A new claim" in read(client, work).content.decode()


def test_a_place_learns_of_a_new_cause_there(client, committed):
    place, other = make.body_site(title="Here"), make.body_site(title="There")
    committed()
    read(client, place), read(client, other)

    cause = make.cause(title="A new cause", released=False)
    cause.sites.add(place)
    cause.save()
    make.publish(cause)
    committed()

    assert renderings.find(other.url)[1] is not None
    assert "A new cause" in read(client, place).content.decode()


def test_another_emergency_number_is_on_every_page(client, committed):
    page = making.released(making.info())
    committed()
    read(client, page)
    services = m.ServicesPage.objects.get(place="United Kingdom")

    make.past_the_gate(m.ServicesPage.objects.all(), emergency_number="987")
    committed()

    assert services.emergency_number != "987"
    assert b"tel:987" in read(client, page).content


def test_a_page_reads_otherwise_on_the_day_after_its_review_was_due(client, committed, monkeypatch):
    page = making.released(making.info())
    committed()
    assert "is late" not in read(client, page).content.decode()
    due = Standing.objects.get(pk=page.pk).due_on

    monkeypatch.setattr(timezone, "now", lambda: making.NOW.replace(year=due.year, month=due.month, day=due.day))
    assert renderings.find(page.url)[1] is not None
    late = making.NOW.replace(year=due.year, month=due.month, day=due.day) + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: late)

    assert renderings.find(page.url)[1] is None
    assert "The next review of this page is late." in read(client, page).content.decode()


def test_a_text_that_somebody_writes_into_the_kept_pages_is_not_shown(client, committed, caplog):
    page = making.released(making.info())
    committed()
    read(client, page)
    good = Rendering.objects.get(path=page.url)

    Rendering.objects.update(html=renderings.gzip.compress(b"<p>Drink poison.</p>"))

    assert b"poison" not in read(client, page).content
    assert "was not written by this site" in caplog.text
    assert Rendering.objects.get(path=page.url).seal == good.seal


def test_an_editor_sees_pages_made_for_an_editor_and_leaves_nothing(client, committed):
    page = making.released(making.info())
    committed()
    client.force_login(making.superuser())

    answer = read(client, page)

    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert not Rendering.objects.filter(path=page.url).exists()


def test_nothing_of_a_request_gets_into_what_is_kept(client, committed):
    page = making.released(making.info())
    committed()
    client.get(page.url + "?canary=41", headers={"referer": "canary-42", "user-agent": "canary-43"})

    assert b"canary" not in read(client, page).content


def test_a_page_that_is_known_is_not_sent_again(client, committed):
    page = making.released(making.info())
    committed()
    tag = read(client, page)["ETag"]

    again = read(client, page, if_none_match=tag)

    assert (again.status_code, again.content) == (304, b"")


def test_other_answers_are_as_they_were(client):
    assert client.get("/no-such-page/").status_code == 404
    assert client.post("/").status_code in {200, 405}
    assert not Rendering.objects.exists()


def test_who_comes_while_a_page_is_being_made_waits_for_it_and_makes_it_not_again(client, kept, monkeypatch):
    client.get("/guides/")
    in_between = iter([(0, None), renderings.find("/guides/")])
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    monkeypatch.setattr(renderings, "find", lambda path: next(in_between))
    monkeypatch.setattr(renderings, "make", lambda *args: pytest.fail("made once more"))
    with kept.store.making("/guides/", 0):
        answer = client.get("/guides/")

    assert answer.status_code == 200
    with kept.store.making("/guides/", 0) as waited:
        assert not waited
