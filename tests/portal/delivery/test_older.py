"""Older answers that are true still are shown while the database cannot be asked, and no others."""

import os
import time
from unittest import mock

import pytest
from django.db import OperationalError

from articles.models import TechniquePage
from portal.delivery import keeper as keepers
from portal.delivery import older, renderings
from portal.delivery.store import BLIND, Store
from review import actions, freshness
from review.dependencies import REMADE
from tests.review import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(committed, kept):
    made = making.released(making.info(body="<p>Words that were signed.</p>"))
    committed()
    kept.follow()
    assert kept.fill(made.url)
    kept.wanted.clear()
    return made


@pytest.fixture
def remade(kept, page):
    """A change after which everything is to be made anew."""
    freshness.everything_changed(key=REMADE)
    kept.follow()
    return page


def ask(client, path):
    """Ask for a page while the database does not answer."""
    client.raise_request_exception = False
    gone = OperationalError("gone")
    with mock.patch.object(renderings, "find", side_effect=gone):
        return client.get(path)


def test_a_page_that_is_only_to_be_made_anew_is_shown_while_it_cannot_be(client, kept, remade):
    assert kept.store.mark(remade.url) is None

    answer = ask(client, remade.url)

    assert (answer.status_code, b"Words that were signed." in answer.content) == (200, True)
    assert answer.content == client.get(remade.url).content
    assert ask(client, "/somewhere/").status_code == 503


def test_another_name_in_a_menu_leaves_a_page_true(client, kept, page):
    freshness.everything_changed(key=f"c:{making.home().path}")

    kept.follow()

    assert kept.store.mark(page.url) is None
    assert ask(client, page.url).status_code == 200


def test_what_was_withdrawn_is_never_among_them(client, kept, remade, committed):
    actions.withdraw(page=remade, by=making.reviewer(), now=making.LATER, reason="Wrong.")

    assert ask(client, remade.url).status_code == 503
    committed()
    kept.follow()
    assert ask(client, remade.url).status_code == 503


@pytest.mark.parametrize("laid_aside_first", [True, False])
def test_what_shows_something_that_was_released_anew_is_not(client, kept, laid_aside_first):
    guide, shown = "/guides/calf-soreness/", TechniquePage.objects.get(slug="calf-stretch")
    assert kept.fill(guide)
    if laid_aside_first:
        freshness.everything_changed(key=REMADE)
        kept.follow()
        assert ask(client, guide).status_code == 200
    freshness.everything_changed(key=f"p:{shown.pk}")
    if not laid_aside_first:
        freshness.everything_changed(key=REMADE)

    kept.follow()

    assert ask(client, guide).status_code == 503


def test_nothing_is_when_nobody_knows_what_changed(client, kept, remade):
    freshness.everything_changed()
    kept.follow()

    assert ask(client, remade.url).status_code == 503


def test_none_is_shown_after_a_day_without_the_database_or_once_it_reads_otherwise(client, kept, remade):
    until = kept.store.aside.read(remade.url).until
    os.utime(kept.store.root / "applied", (until, until))
    with mock.patch.object(older.time, "time", return_value=until):
        assert ask(client, remade.url).status_code == 503
    old = time.time() - BLIND
    os.utime(kept.store.root / "applied", (old, old))

    assert ask(client, remade.url).status_code == 503


def test_a_newer_answer_takes_the_place_of_the_older(kept, remade):
    assert kept.fill(remade.url)

    assert kept.store.mark(remade.url) is not None
    assert kept.store.aside.mark(remade.url) is None


@pytest.fixture
def next_build(kept, page, tmp_path):
    """The store of another build, beside the one that keeps the page."""
    store = Store(kept.store.root.parent / "next")
    store.pages.mkdir(parents=True)
    return store


def test_a_new_build_begins_with_the_answers_of_the_one_before(kept, page, next_build):
    older.adopt(next_build, kept.store)

    assert older.find(next_build, page.url).html == kept.store.read(page.url).bodies[""]
    assert (next_build.applied, next_build.asked_at) == (kept.store.applied, kept.store.asked_at)
    assert kept.store.mark(page.url) is not None


def test_what_changed_since_is_carried_out_on_them(kept, page, next_build):
    older.adopt(next_build, kept.store)
    freshness.everything_changed(key=f"p:{page.pk}")

    keepers.Keeper(next_build).follow()

    assert older.find(next_build, page.url) is None


def test_a_build_that_has_seen_more_takes_nothing_from_one_that_has_not(kept, page, next_build):
    next_build.applied = kept.store.applied + 1

    older.adopt(next_build, kept.store)

    assert list(next_build.aside.paths()) == []


def test_a_page_that_is_wanted_while_the_database_is_away_is_wanted_still(kept, page):
    kept.store.remove([page.url])
    kept.wanted.append(page.url)

    with (
        mock.patch.object(renderings, "find", side_effect=OperationalError("gone")),
        mock.patch.object(keepers, "newest", side_effect=OperationalError("gone")),
        pytest.raises(OperationalError),
    ):
        kept.work(5)

    assert list(kept.wanted) == [page.url]
    kept.work(5)
    assert kept.store.mark(page.url) is not None
