"""Answers on disk follow what is released."""

import errno
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest
from django.db import OperationalError, transaction

from articles import lists
from articles.models import CausePage
from portal.delivery import keeper as keepers
from portal.delivery import renderings
from portal.delivery.front import Front
from review import actions
from review.models import Generation
from tests.review import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(committed, kept):
    made = making.released(making.info())
    committed()
    kept.follow()
    assert kept.fill(made.url)
    kept.wanted.clear()
    return made


def test_an_answer_on_disk_is_what_readers_get_with_all_its_headers(client, kept, page):
    answer = client.get(page.url)

    found = kept.store.read(page.url)

    assert found.bodies[""] == answer.content
    assert dict(found.headers).items() <= dict(answer.headers).items()
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in found.headers
    assert found.until is not None


def test_a_change_removes_the_pages_that_show_it_and_no_other(kept, page, committed):
    other = making.released(making.info(title="Another"))
    committed()
    kept.follow()
    assert kept.fill(page.url)
    assert kept.fill(other.url)

    making.released(making.edited(page, body="<p>New words.</p>"))
    committed()
    kept.wanted.clear()
    kept.follow()

    assert kept.store.mark(page.url) is None
    assert kept.store.mark(other.url) is not None
    assert list(kept.wanted) == [page.url]


def test_what_was_removed_is_made_anew(kept, page, committed):
    making.released(making.edited(page, body="<p>New words.</p>"))
    committed()
    kept.follow()

    kept.work(5)

    assert b"New words." in kept.store.read(page.url).bodies[""]


@pytest.mark.parametrize(("number", "then"), [(errno.ENOSPC, "first"), (errno.EACCES, "last")])
def test_what_a_full_disk_refused_stays_first_and_what_it_refuses_alone_lets_others_by(kept, page, number, then):
    kept.store.remove([page.url])
    kept.wanted.extend([page.url, "/words/"])

    with mock.patch.object(kept.store, "write", side_effect=OSError(number, "refused")):
        kept.work(5)

    assert list(kept.wanted) == ([page.url, "/words/"] if then == "first" else ["/words/", page.url])
    kept.work(5)
    assert kept.store.mark(page.url) is not None


def test_a_withdrawn_page_is_gone_before_its_transaction_ends(kept, page):
    with transaction.atomic():
        actions.withdraw(page=page, by=making.reviewer(), now=making.LATER, reason="Wrong.")

        assert kept.store.mark(page.url) is None


def test_a_page_that_was_made_before_a_change_is_not_kept_after_it(kept, page, committed):
    kept.store.remove([page.url])
    made_before = renderings.find(page.url)[1]
    making.released(making.edited(page, body="<p>New words.</p>"))
    committed()
    kept.follow()
    old = mock.Mock(status_code=200, content=made_before.html, items=dict, has_header=lambda name: True)
    old.__class__ = keepers.HttpResponse

    with mock.patch.object(keepers, "_handler") as handler:
        handler.return_value.get_response.return_value = old

        assert not kept.fill(page.url)

    assert kept.store.mark(page.url) is None


def test_pages_stay_while_the_database_cannot_be_asked(kept, page):
    with mock.patch.object(keepers, "newest", side_effect=OperationalError("gone")), pytest.raises(OperationalError):
        kept.follow()

    assert kept.store.mark(page.url) is not None


def test_everything_goes_when_the_database_is_an_earlier_one(kept, page):
    Generation.objects.update(number=kept.store.applied - 1)

    kept.follow()

    assert list(kept.store.paths()) == []


def test_a_page_whose_time_has_come_is_removed_and_made_anew(kept, page):
    kept.remove_expired()
    assert kept.store.mark(page.url) is not None

    with mock.patch.object(keepers.time, "time", return_value=kept.store.read(page.url).until):
        kept.remove_expired()

    assert kept.store.mark(page.url) is None
    assert list(kept.wanted) == [page.url]


def test_a_keeper_that_starts_again_knows_until_when_pages_hold(kept, page):
    again = keepers.Keeper(kept.store)
    again.learn()

    with mock.patch.object(keepers.time, "time", return_value=kept.store.read(page.url).until):
        again.remove_expired()

    assert kept.store.mark(page.url) is None


def test_only_released_pages_are_kept(kept):
    draft = making.info()

    assert not kept.fill(draft.url or "/draft/")
    assert not kept.fill("/search/")
    assert not kept.fill("/admin/login/")
    assert not kept.fill("/../etc/")
    assert list(kept.store.paths()) == []


def test_every_released_page_is_wanted(kept, page):
    kept.want_everything()

    assert "/guides/calf-soreness/" in kept.wanted
    assert page.url not in kept.wanted


def test_a_further_page_of_a_list_is_kept_and_taken_away_like_the_list(kept, client, committed, monkeypatch):
    monkeypatch.setattr(lists, "LONGEST", 10)
    monkeypatch.setattr(lists, "PER_PAGE", 10)
    path = "/causes/page/2/"
    kept.want_everything()
    assert path in kept.wanted
    assert list(kept.wanted).index("/causes/muscle-cramp/") < list(kept.wanted).index(path)
    assert kept.fill(path)
    assert not kept.fill("/causes/page/99/")
    html = client.get(path).content
    with mock.patch.object(renderings, "find", side_effect=OperationalError("gone")):
        assert Front(mock.Mock(), kept.store)._get(path).answers[""][2] == html
    first = CausePage.objects.get(title=re.search(r'row__title"><a [^>]*>([^<]+)', html.decode())[1])

    actions.withdraw(page=first, by=making.reviewer(), now=making.LATER, reason="Wrong.")
    committed()
    kept.wanted.clear()
    kept.follow()

    assert kept.store.mark(path) is None
    assert path in kept.wanted
    assert kept.fill(path)
    assert first.title.encode() not in kept.store.read(path).bodies[""]


def test_the_web_server_is_pointed_to_this_build(kept):
    keepers.point_to(kept.store.root)
    keepers.point_to(kept.store.root)

    assert (kept.store.root.parent / "current").resolve() == kept.store.root


@pytest.fixture
def before(kept):
    """The answers of the build before, which the web server reads and a process keeps in step."""
    store = keepers.Store(kept.store.root.parent / "before")
    store.pages.mkdir(parents=True)
    store.applied = 1
    keepers.point_to(store.root)
    return store


def read_by_the_web_server(kept):
    return (kept.store.root.parent / "current").resolve()


def test_the_web_server_goes_on_with_the_build_before_until_all_pages_are_made(kept, before):
    kept.wanted.append("/")
    assert not keepers.take_over(kept)
    assert read_by_the_web_server(kept) == before.root

    kept.wanted.clear()

    assert keepers.take_over(kept)
    assert read_by_the_web_server(kept) == kept.store.root


def test_it_does_not_go_on_with_pages_that_nobody_keeps_in_step(kept, before):
    kept.wanted.append("/")
    old = time.time() - keepers.ASKED_LATELY - 1
    os.utime(before.root / "applied", (old, old))

    assert keepers.take_over(kept)


def test_a_build_that_could_not_ask_the_database_takes_nothing_over(kept, before):
    (kept.store.root / "applied").unlink()
    old = time.time() - 60
    os.utime(before.root / "applied", (old, old))

    assert not keepers.take_over(kept)


def test_a_withdrawn_page_is_gone_from_the_builds_before_as_well(kept, page, before):
    before.write(kept.store.read(page.url))

    actions.withdraw(page=page, by=making.reviewer(), now=making.LATER, reason="Wrong.")

    assert before.mark(page.url) is None


def test_a_new_page_is_kept_before_anybody_has_asked_for_it(kept, committed):
    new = making.released(making.info(title="New"))
    committed()
    kept.wanted.append("/somewhere/")

    kept.follow()

    assert list(kept.wanted) == [new.url, "/somewhere/"]


def held_by_another_process(kept, path):
    """Start a process that makes a page until it is told to go on; returns it once it holds the lock."""
    code = (
        "import sys; from pathlib import Path; from portal.delivery.store import Store\n"
        f"with Store(Path({str(kept.store.root)!r})).making({path!r}, 1): print(1, flush=True); sys.stdin.readline()"
    )
    command = [sys.executable, "-c", code]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # our own
    assert process.stdout.readline() == b"1\n"
    return process


def has_waited(kept, path):
    with kept.store.making(path, 0.05) as waited:
        return waited


def test_a_page_that_another_process_makes_is_waited_for_and_not_for_ever(kept, page):
    with held_by_another_process(kept, page.url) as other:
        assert has_waited(kept, page.url)
        # one page in 64 has the same lock and waits as well, not all of them
        assert not all(has_waited(kept, f"/words/{number}/") for number in range(8))
        other.communicate(b"go on\n")
    assert not has_waited(kept, page.url)


@pytest.mark.parametrize("refused", ["mkdir", "open"])
def test_a_disk_without_room_for_a_lock_lets_everybody_make_the_page(kept, page, refused):
    full = mock.patch.object(Path, refused, side_effect=OSError(errno.ENOSPC, "No space left on device"))
    with full, kept.store.making(page.url, 5) as waited:
        assert not waited
