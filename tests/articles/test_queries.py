"""What pages show of other pages."""

import pytest

from articles import models as m
from articles import queries
from articles.leg_map import views
from tests.factories import articles as make

pytestmark = pytest.mark.django_db


def titles(groups):
    return {group.label: [page.title for page in group.pages] for group in groups}


def test_used_by_lists_released_pages_by_kind():
    work = make.source()
    cited = make.stream("citation", *make.cites(work))
    make.cause(title="A cause", citations=cited)
    make.claim(title="A claim", citations=cited)
    make.claim(title="A draft", citations=cited, released=False)

    assert titles(queries.used_by(work)) == {"Causes": ["A cause"], "What people say": ["A claim"]}


def test_used_by_finds_what_is_made_of_a_sign():
    sign = make.finding()
    make.care_rule(title="A rule", finding=sign)
    make.contraindication(title="A danger", finding=sign)
    make.cause(title="A cause", extra_signs=make.stream("sign", {"finding": [sign.code], "text": "It swells."}))

    assert titles(queries.used_by(sign)) == {
        "Causes": ["A cause"],
        "When to get help": ["A rule"],
        "When to leave it alone": ["A danger"],
    }


def test_used_by_finds_links_in_text():
    word = make.term()
    make.claim(title="A claim", why=f"<p>{make.link(word, 'word')}</p>")

    assert titles(queries.used_by(word)) == {"What people say": ["A claim"]}


def test_used_by_does_not_name_the_page_itself():
    cause = make.cause(released=False)
    cause.features = f"<p>See {make.link(cause, 'this page')}.</p>"
    cause.save()
    make.publish(cause)

    assert queries.used_by(cause) == []


def test_causes_at_a_place_are_released_ones():
    site = make.body_site()
    for released in (True, False):
        make.cause(title=f"Released: {released}", sites=[site], released=released)

    assert titles(queries.causes_at(site)) == {"Muscle, tendon and bone": ["Released: True"]}


def test_shell_is_read_once_a_request(rf, django_assert_num_queries):
    request = rf.get("/")
    first = queries.shell(request)

    with django_assert_num_queries(0):
        again = queries.shell(request)

    assert again is first
    assert first.emergency_number == m.HomePage.objects.get().main_place.emergency_number
    assert [room.kind for room in first.menu] == [kind for kind in queries.MENU if kind in first.by_kind]


def test_shell_without_a_request_is_empty():
    assert queries.shell(None) == queries.Shell()


def test_every_zone_of_the_drawings_that_has_a_place_is_a_link():
    pages = {site.zone: site for site in m.BodySitePage.objects.live()}

    drawn = {zone.page.zone for view in views(pages) for zone in view.zones if zone.page}

    assert {"calf_belly", "shin_front", "behind_knee", "outer_knee", "heel_back", "foot"} <= drawn
    assert [view.label for view in views({})] == ["From the front", "From behind"]
    assert not any(zone.page for view in views({}) for zone in view.zones)
