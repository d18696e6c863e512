"""What is read for a batch is read once a step, and never outlives it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from articles.content.places import fill_place, give_places
from articles.models import GlossaryPage, TermPage
from review import actions, batch, demo, workflow
from review.audit import faults
from review.demo import make_people, release_as_demonstration
from review.doors import RefusedError
from tests.review.making import term

FEW, MANY = 2, 8
# of one text more: submitted, signed twice, released and put into the search; PostgreSQL is told of each door besides
MOST = 90


class Counted:
    """Answers with how often it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, ids=()):
        self.asked.append(set(ids))
        return {pk: len(self.asked) for pk in ids}


def test_outside_of_a_batch_everything_is_asked_for_each_time():
    read = Counted()
    assert [batch.about_page("count", 7, read), batch.about_page("count", 7, read)] == [1, 2]
    assert read.asked == [{7}, {7}]


def test_a_batch_asks_for_all_of_its_pages_together_and_again_at_the_next_step():
    read = Counted()
    with batch.of([Page(pk=7), Page(pk=8)]) as together:
        assert [batch.about_page("count", pk, read) for pk in (7, 8, 7)] == [1, 1, 1]
        assert batch.about_page("count", 9, read) == 2, "a page of no batch is read by itself"
        together.next_step({})
        assert batch.about_page("count", 8, read) == 3
    assert batch.current() is None
    assert read.asked == [{7, 8}, {9}, {7, 8}]


def test_what_a_write_has_changed_is_known_to_the_batch():
    with batch.of([Page(pk=7)]):
        batch.about_page("last", 7, lambda ids: dict.fromkeys(ids, "before"))
        batch.changed("last", 7, "after")
        assert batch.about_page("last", 7, lambda ids: dict.fromkeys(ids, "before")) == "after"


def test_what_is_made_of_released_texts_is_kept_until_a_release():
    read = Counted()
    with batch.nothing_released():
        first = [batch.from_released("key", read), batch.from_released("key", read)]
        batch.released()
        batch.from_released("key", read)
    batch.from_released("key", read)
    assert first[0] is first[1]
    assert len(read.asked) == 3


@pytest.mark.django_db
def test_a_release_makes_what_rests_on_released_texts_anew():
    read = Counted()
    page = term()
    with batch.nothing_released():
        batch.from_released("key", read)
        page.save_revision(user=make_people().author)
        release_as_demonstration([page])
        batch.from_released("key", read)
    assert len(read.asked) == 2


@pytest.mark.django_db
def test_a_text_more_costs_few_queries_and_the_chain_is_whole():
    people = make_people()
    counts = []
    for number in (FEW, MANY):
        pages = [term(by=people.author, title=f"Word {number} {n}", slug=f"word-{number}-{n}") for n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            release_as_demonstration(pages, people=people)
        counts.append(len(queries))
    assert (counts[1] - counts[0]) / (MANY - FEW) <= MOST
    assert not list(faults())


@pytest.mark.django_db
def test_the_history_says_who_published_which_draft_of_a_batch_and_what_it_was_called_before():
    people = make_people()
    plain, renamed = term(by=people.author), term(by=people.author, title="Ache")
    renamed.title = "Dull ache"
    renamed.save_revision(user=people.author)

    release_as_demonstration([plain, renamed], people=people)

    for page in (plain, renamed):
        entry = PageLogEntry.objects.get(page=page.pk, action="wagtail.publish")
        assert (entry.user, entry.revision_id) == (people.reviewer, page.latest_revision_id)
        assert (entry.label, entry.content_changed) == (page.title, True)
    assert PageLogEntry.objects.get(page=renamed.pk, action="wagtail.rename").data["title"]["new"] == "Dull ache"


@pytest.mark.django_db
def test_a_workflow_that_is_running_ends_with_the_release_of_a_batch():
    people = make_people()
    idle, running = term(by=people.author), term(by=people.author)
    running.get_workflow().start(running, people.author)

    workflow.note_idle([idle, running])

    assert idle.current_workflow_state is None
    assert running.current_workflow_state.status == "in_progress"


@pytest.mark.django_db
def test_the_second_signature_of_a_batch_is_another_persons(monkeypatch):
    people = make_people()
    monkeypatch.setattr(demo.People, "reviewers", (people.reviewer, people.reviewer))
    with pytest.raises(RefusedError, match="signed this already"):
        release_as_demonstration([term(by=people.author)], people=people)


@pytest.mark.django_db
def test_a_credential_that_is_revoked_between_two_steps_counts_no_more(monkeypatch):
    people = make_people()
    step = batch.Batch.next_step

    def revoked(self, rows):
        step(self, rows)
        if any(row.state == "signed" for row in rows.values()):
            credential = people.reviewer.credentials.get()
            actions.revoke_credential(credential=credential, by=people.registrar, now=timezone.now(), reason="Lapsed")

    monkeypatch.setattr(batch.Batch, "next_step", revoked)
    with pytest.raises(RefusedError, match="revoked after the signature"):
        release_as_demonstration([term(by=people.author)], people=people)


@pytest.mark.django_db
def test_new_places_are_where_the_tree_expects_them():
    parent = GlossaryPage.objects.get()
    words = [
        TermPage(live=False, title=f"Word {n}", draft_title=f"Word {n}", slug=f"new-{n}", locale=parent.locale)
        for n in range(2)
    ]
    before = parent.numchild
    give_places(parent, words)
    for word in words:
        word.definition = "<p>A word.</p>"
        fill_place(word)
    stored = list(TermPage.objects.filter(slug__startswith="new-").order_by("path"))
    assert [one.url_path for one in stored] == [f"{parent.url_path}new-0/", f"{parent.url_path}new-1/"]
    assert [one.definition for one in stored] == ["<p>A word.</p>"] * 2
    assert not any(one.live for one in stored)
    assert GlossaryPage.objects.get().numchild == parent.numchild == before + 2
    assert not any(Page.find_problems())
    assert PageLogEntry.objects.filter(page__in=stored, action="wagtail.create").count() == 2
