"""Contradicting techniques: the two first texts give exactly X1, X2 and X5; the starter content gives none."""

import hashlib
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import contradictions
from articles.models import CausePage, ContraindicationPage, TechniquePage
from tests.factories import articles as make
from tests.past_the_triggers import past_the_triggers

pytestmark = pytest.mark.django_db

TEXTS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
# What the two texts say of each relief: (title, other words, actions, forbidden by, must hold before, ends it).
# Their sentences are not ours to keep; what they say is R33-R41, R68, R71-R77, R79 and R80 of docs/coverage.md.
FIRST = (
    ("Loosening the calf", "tiptoe\nlunge", ["vigorous_stretch"], [], [], []),
    ("Compress, cold phase", "cold compress", ["cold"], [], [], []),
    ("Compress, warm phase", "warm compress", ["heat"], [], ["The soreness has eased."], []),
    ("Massage once the cause is known", "massage", ["massage"], ["G-DVT", "G-VARIX"],
     ["A muscle problem was found."], []),
)  # fmt: skip
SECOND = (
    ("Pulling the toes up", "cramp first aid", ["vigorous_stretch"], [], [], []),
    ("Rubbing the cramped muscle", "massage", ["massage"], [], [], []),
    ("Hot water on the muscle", "hot water", ["heat"], [], [], []),
    ("Up and down the room", "walking", ["exercise"], [], [], []),
    ("Stretch with a chair", "chair stretch", ["vigorous_stretch"], [], [], []),
    ("Stretch at a wall", "wall stretch", ["vigorous_stretch"], [], [], []),
    ("Hot shower and massage afterwards", "shower", ["heat", "massage"], [], [], []),
)
SECOND_HARM = "Long trips, a lot of walking or standing for long"


def draft(number, row):
    title, words, actions, blocks, before, ends = row
    forbids = list(ContraindicationPage.objects.filter(code__in=blocks))
    return make.technique(
        title=title, slug=f"draft-{number}", code=f"M-DRAFT-{number}", search_words=words, released=False,
        actions=make.stream("action", *actions), forbids=forbids, no_contraindications=not forbids,
        preconditions=make.stream("precondition", *({"text": text} for text in before)),
        stop_if=make.stream("stop", *({"text": text} for text in ends)), dose=[],
    )  # fmt: skip


@pytest.fixture
def drafts(db):
    pages = [draft(number, row) for number, row in enumerate((*FIRST, *SECOND))]
    pages[1].switch = make.stream("switch", {"to": pages[2].pk, "when": "After 10 to 15 minutes, once it has eased."})
    pages[1].save_revision()
    cause = make.cause(title="Tired legs", slug="draft-tired-legs", released=False,
                       at_risk=make.stream("risk", {"kind": "posture", "text": SECOND_HARM}))  # fmt: skip
    return [page.get_latest_revision_as_object() for page in pages], cause.get_latest_revision_as_object()


def told(drafts):
    pages, cause = drafts
    return contradictions.contradictions(map(contradictions.relief, pages), contradictions.harms([cause]))


def test_the_two_texts_contradict_each_other_in_exactly_three_ways(drafts):
    found = {(one.kind, one.subject): one for one in told(drafts)}

    assert set(found) == {("conditions", "Massage"), ("order", "Heat"), ("amount", "walking")}  # X1, X2, X5
    assert {page.title for page in found["conditions", "Massage"].pages} == {
        "Massage once the cause is known", "Rubbing the cramped muscle", "Hot shower and massage afterwards"
    }  # fmt: skip
    assert "offers it at once" in found["order", "Heat"].words
    assert "how much is too much" in found["amount", "walking"].words


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the two texts are not published and are not here")
def test_the_drafts_are_of_the_texts_that_are_on_record(db):
    from articles.models import Origin  # noqa: PLC0415  # only where the texts are

    known = set(Origin.objects.values_list("sha256", flat=True))
    there = {hashlib.sha256(path.read_bytes()).hexdigest() for path in TEXTS.iterdir() if path.is_file()}
    assert known & there


def test_after_the_mend_there_is_none(drafts):
    pages, cause = drafts
    for page in pages:
        if {"massage", "heat"} & {item.value for item in page.actions}:
            page.contraindications = pages[3].contraindications
        page.preconditions = make.stream("precondition", {"text": "The soreness has eased."})
        page.stop_if = make.stream("stop", {"text": "The leg tires."})

    assert told((pages, cause)) == []


def test_the_starter_content_has_none():
    assert contradictions.found() == []
    assert contradictions.found(released=True) == []


def test_every_line_that_a_draft_leaves_out_is_reported():
    page = next(page for page in TechniquePage.objects.live() if len(page.contraindications) > 1)
    kept = list(page.contraindications.raw_data)
    for place in range(len(kept)):
        lines = kept[:place] + kept[place + 1 :]
        page.contraindications = TechniquePage(contraindications=[dict(line) for line in lines]).contraindications
        page.save_revision()

        (one,) = [one for one in contradictions.found() if one.kind == "dropped condition"]

        assert [named.pk for named in one.pages] == [page.pk]


def test_the_report_shows_them(drafts, client):
    client.force_login(make.people().author)

    html = client.get("/admin/reports/articles/contradictions/").content.decode()

    assert "Rubbing the cramped muscle" in html
    assert CausePage.objects.filter(title="Tired legs").exists()


def test_the_report_has_pages_and_its_spreadsheet_none(client, monkeypatch):
    page = TechniquePage.objects.live().first()
    named = contradictions.Named(page.pk, page.title)
    every = [contradictions.Contradiction("amount", f"Thing {n:03}", "It is.", (named,) * 20) for n in range(120)]
    monkeypatch.setattr(contradictions, "found", lambda: every)
    client.force_login(make.people().author)
    address = "/admin/reports/articles/contradictions/"

    pages = [client.get(f"{address}?p={number}").content.decode() for number in (1, 2, 3)]
    sheet = b"".join(client.get(f"{address}?export=csv")).decode()

    assert [len(re.findall(r"Thing \d{3}", html)) for html in pages] == [50, 50, 20]
    assert "and 12 more" in pages[0]
    assert len(re.findall(r"Thing \d{3}", sheet)) == 120
    assert sheet.count(page.title) == 120 * 20


def test_what_a_draft_says_is_read_once_and_anew_when_it_is_written_over(drafts):
    def titles():
        return {page.title for one in contradictions.found() if one.subject == "Massage" for page in one.pages}

    page = TechniquePage.objects.get(pk=drafts[0][5].pk)
    assert page.title in titles()
    newer = None
    for title in ("Rubbing it hard", "Rubbing it gently"):
        page.title = title
        newer = page.save_revision(overwrite_revision=newer)
        assert title in titles()

    with CaptureQueriesContext(connection) as queries:
        titles()

    assert not [query["sql"] for query in queries if '"content"' in query["sql"]]


def test_what_is_released_is_read_once_and_anew_when_a_row_is_another(monkeypatch):
    def read():
        some = []
        with monkeypatch.context() as patch:
            right = contradictions.said
            patch.setattr(contradictions, "said", lambda row: some.append(row.pk) or right(row))
            return some, contradictions.found(released=True)

    rows = {model: contradictions._rows(model, model.objects.live().order_by("title")) for model in contradictions.READ}
    read()
    page = TechniquePage.objects.live().first()

    assert read() == ([], [])
    with past_the_triggers():
        TechniquePage.objects.filter(pk=page.pk).update(search_words="something else")
    assert read() == ([page.pk], [])
    for model, some in rows.items():
        assert [contradictions.said(row) for row in some if row.pk != page.pk] == [
            said for said in contradictions._released(model) if page.pk not in {one.page.pk for one in said.reliefs}
        ]


def test_drafts_are_read_together():
    def draft(pages):
        for page in pages:
            page.summary = f"{page.summary} More."
            page.save_revision()

    def asked():
        with CaptureQueriesContext(connection) as queries:
            found = contradictions.found()
        assert found == []
        return len(queries)

    techniques = list(TechniquePage.objects.live())
    draft(techniques[:1])
    few = asked()
    draft(techniques[1:9])

    assert asked() <= few + 1
