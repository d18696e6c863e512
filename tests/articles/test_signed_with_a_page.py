"""What stands on a page without being written in it: drawings, words explained, places, the number to call."""

from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page

from articles import models as m
from articles.queries import emergency_numbers
from review import actions, audit, serving, static_files
from review.doors import RefusedError
from review.models import Use
from tests.factories import articles as make
from tests.factories.articles import past_the_gate
from tests.review import making

pytestmark = pytest.mark.django_db
COLD = "articles/drawings/cold-pack.svg"
PICTURE = 'src="/static/articles/drawings/cold-pack.svg"'


@pytest.fixture
def drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of one drawing, where a test may write."""
    path = tmp_path / "cold-pack.svg"
    path.write_text("<svg>signed</svg>")
    found = static_files._path
    monkeypatch.setattr(static_files, "_path", lambda name: path if name == COLD else found(name))
    return path


def test_a_drawing_is_listed_with_its_bytes(drawing):
    page = make.technique()

    assert Use.objects.get(user_page_id=page.pk, kind="static").mark == static_files.digest_of(COLD)


def test_a_drawing_that_was_swapped_on_disk_is_left_out_everywhere(client, drawing, caplog):
    page = make.technique()
    guide = make.guide(
        ("What helps?", make.stream("techniques", {"stated_number": 1, "items": [{"technique": page.pk}]}))
    )
    pages = [page, guide, page.get_parent()]
    assert all(PICTURE in client.get(one.url).content.decode() for one in pages)

    drawing.write_text("<svg>pack of ice on bare skin</svg>")

    for one in pages:
        seen = client.get(one.url)
        assert seen.status_code == 200
        assert PICTURE not in seen.content.decode()
    assert f"{COLD} is not what was signed" in caplog.text
    assert any(f"Page {page.pk} shows static {COLD}" in fault for fault in audit.use_faults())


def test_a_drawing_that_was_swapped_between_signature_and_release_stops_the_release(drawing):
    page, author = make.technique(released=False), making.editor()
    page.owner = author
    page.save()
    page.save_revision(user=author)
    row = making.signed(page)
    drawing.write_text("<svg>swapped</svg>")

    with pytest.raises(RefusedError, match="A file on"):
        actions.release(submission=row, by=making.reviewer(), now=making.NOW)


def test_the_leg_map_is_left_out_when_its_drawing_was_swapped(client, monkeypatch):
    assert 'class="zone"' in client.get("/").content.decode()
    right = static_files.digest_of
    monkeypatch.setattr("articles.page_notes.digest_of", lambda name: "0" if "leg-" in name else right(name))

    assert 'class="zone"' not in client.get("/").content.decode()


def test_a_word_that_a_page_explains_is_signed_with_it(client):
    word = make.term(title="soreness", definition="<p>A dull ache.</p>")
    page = make.claim(title="A claim", why=f"<p>{make.link(word, 'soreness')}</p>")
    assert Use.objects.filter(user_page_id=page.pk, kind="page", used=str(word.pk)).exists()
    assert "A dull ache" in client.get(page.url).content.decode()

    past_the_gate(m.TermPage.objects.filter(pk=word.pk), definition="<p>Nothing to fear.</p>")

    assert "Nothing to fear" not in client.get(page.url).content.decode()


def used(kind: str) -> tuple[Page, Page]:
    """Return something that a released page shows, and that page."""
    if kind == "word":
        word = make.term()
        return word, make.claim(title="The user", why=f"<p>{make.link(word, 'word')}</p>")
    if kind == "place":
        site = make.body_site()
        return site, make.cause(title="The user", sites=[site])
    if kind == "source":
        work = make.source()
        return work, make.claim(title="The user", certainty="low", citations=make.stream("citation", *make.cites(work)))
    forbids = make.contraindication()
    return forbids, make.technique(title="The user", forbids=[forbids])


@pytest.mark.parametrize("kind", ["word", "place", "source", "contraindication"])
def test_what_a_released_page_shows_is_not_deleted_and_its_users_are_named(client, kind):
    page, user = used(kind)
    actions.withdraw(page=page, by=making.reviewer(), now=making.LATER, reason="A newer one")

    for way in (
        lambda: type(page).objects.get(pk=page.pk).delete(),
        lambda: Page.objects.filter(pk=page.pk).delete(),
        lambda: type(page).objects.filter(pk=page.pk).delete(),
        lambda: page.get_parent().delete(),
    ):
        with pytest.raises(RefusedError, match=r"The user|is public"), transaction.atomic():
            way()
    client.force_login(making.superuser())
    answer = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
    assert "The user" in answer.content.decode()
    assert Page.objects.filter(pk__in=[page.pk, user.pk]).count() == 2


def test_the_number_to_call_is_the_signed_one_of_the_site(settings):
    settings.EMERGENCY_NUMBER = "000"
    settings.EMERGENCY_PLACE = "Nowhere"
    told = serving.emergency_numbers()
    assert told == emergency_numbers() == [("999", "999 (United Kingdom)")]

    past_the_gate(m.ServicesPage.objects.all(), emergency_number="666")

    assert serving.emergency_numbers() == [("000", "000 (Nowhere)")]


def test_a_page_that_is_checked_again_shows_the_number_of_the_site(client):
    page = make.claim()
    past_the_gate(m.ClaimPage.objects.filter(pk=page.pk), often_said="Tampered.")

    answer = client.get(page.url)

    assert answer.status_code == 503
    assert 'Call <a href="tel:999">999 (United Kingdom)</a> now' in answer.content.decode()


def test_a_guide_on_hold_still_says_who_needs_help(client):
    guide = make.guide(
        ("Do I need help?", make.stream("care_card", {"rules": [make.care_rule(title="A danger").pk]})),
        ("Why?", make.stream("text", {"text": "<p>Advice under suspicion.</p>", "citations": []})),
    )
    card = next(iter(guide.blocks("care_card")))
    with pytest.raises(RefusedError, match="Emergency text"):
        actions.hold(page=guide, by=making.reviewer(), now=making.LATER, reason="No", block=card.id)

    actions.hold(page=guide, by=making.reviewer(), now=making.LATER, reason="A reader says so")
    answer = client.get(guide.url)

    seen = answer.content.decode()
    assert answer.status_code == 200
    assert "your calf is swollen" in seen
    assert "Advice under suspicion" not in seen
