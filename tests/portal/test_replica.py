"""Reading from a copy of the database; with a real one: `make replica-drill`."""

from contextlib import contextmanager

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import OperationalError
from wagtail.models import Page
from wagtail.views import serve

from portal import replica
from portal.delivery import renderings
from review.models import Generation, SignOff

ROUTER = replica.Router()


@pytest.fixture
def a_copy(monkeypatch):
    """Say that there is a copy, and what it says when it is asked; gives what was read from it."""
    monkeypatch.setattr(replica, "there", lambda: True)
    monkeypatch.setattr(replica, "_silent_until", 0.0)
    monkeypatch.setattr(replica, "connections", {"replica": Closed()})
    said = {"number": 7, "error": None, "snapshots": 0}

    @contextmanager
    def snapshot(generation):
        if said["error"]:
            raise said["error"]
        if said["number"] < generation:
            raise replica.BehindError
        said["snapshots"] += 1
        token = replica._inside.set(True)
        yield
        replica._inside.reset(token)

    monkeypatch.setattr(replica, "_snapshot", snapshot)
    return said


class Closed:
    def close(self):
        """Nothing was open."""


def where():
    return ROUTER.db_for_read(Page)


@pytest.mark.parametrize(("generation", "expected"), [(6, "replica"), (7, "replica"), (8, "default")])
def test_a_copy_is_read_only_when_it_has_every_change(a_copy, generation, expected):
    assert replica.read(where, generation=generation) == expected
    assert where() == "default"


def test_what_does_not_answer_is_left_alone_for_a_while(a_copy):
    a_copy["error"] = OperationalError("gone")

    assert replica.read(where, generation=1) == "default"
    a_copy["error"] = None

    assert replica.read(where, generation=1) == "default"
    assert a_copy["snapshots"] == 0


def test_people_and_sessions_are_never_read_from_a_copy(a_copy):
    found = replica.read(
        lambda: [ROUTER.db_for_read(model) for model in (get_user_model(), Session, SignOff)], generation=1
    )

    assert found == ["default", "default", "replica"]
    assert ROUTER.db_for_write(Page) == "default"
    assert not ROUTER.allow_migrate("replica", "review")


def test_without_a_copy_the_database_is_read():
    assert replica.read(where, generation=0) == "default"
    assert replica.read_now(where) == "default"


@pytest.mark.django_db
def test_a_page_is_kept_with_the_number_of_the_database(settings, monkeypatch):
    settings.KEEP_PAGES = True
    asked = []
    monkeypatch.setattr(replica, "read", lambda make, *, generation: asked.append(generation) or make())

    _, made = renderings.make("/words/soreness/", find_page)

    assert made is not None
    assert asked == [made.generation] == [Generation.objects.get().number]


def find_page(request):
    return serve(request, request.path.removeprefix("/"))
