"""What pages show of other pages."""

import pytest

from articles import models as m
from articles import queries
from articles.leg_map import views

pytestmark = pytest.mark.django_db


def titles(groups):
    return {group.label: [page.title for page in group.pages] for group in groups}


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
