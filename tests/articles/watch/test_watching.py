"""What happens to a source opens one task for each claim that rests on it, once, and changes nothing by itself."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import Page

from articles.models import ClaimPage, Hit, SourceLook, SourcePage, TranslationPage, WatchDecision, WatchTask
from articles.models.watch import HitKind, LinkState, Verdict
from articles.watch import feed, hits, watching
from articles.watch.fetch import Answer, NotPublicError, UnreachableError
from portal.work import jobs
from portal.work.running import run_due
from review import queries, uses
from review.doors import RefusedError
from tests.review import making

pytestmark = pytest.mark.django_db
NOW = making.NOW
NIGHT = timedelta(days=1)
CLOSELY = "nice-ng158-vte"


class Web:
    """The sites of others: what each answers; without an entry a page that says always the same."""

    def __init__(self):
        self.pages, self.asked = {}, []

    def get(self, address):
        self.asked.append(address)
        found = self.pages.get(address, "<title>A work</title><main>Words.")
        if isinstance(found, list):
            found = found.pop(0)
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, Answer) else Answer(200, "text/html", found.encode(), address)


@pytest.fixture(autouse=True)
def on(settings):
    settings.CLAIM_WATCH, settings.WATCH_CONTACT = True, "mailto:editors@example.org"
    settings.WATCH_FEED = settings.WATCH_CROSSREF = ""


@pytest.fixture
def web():
    return Web()


def night(web, number=0, **more):
    return watching.look_around(fetcher=web, now=NOW + number * NIGHT, **more)


def cites(page, source):
    return ("page", str(source.pk)) in {(str(kind), key) for kind, key in uses.shown_by(page)}


def with_claims():
    """Return a released source with a DOI that claims rest on."""
    for source in SourcePage.objects.live().exclude(doi="").order_by("pk"):
        if any(isinstance(page, ClaimPage) for page in hits.citing(source)):
            return source
    raise AssertionError("no such source in the starter content")


def table_of(tmp_path, settings, *rows):
    out = io.StringIO()
    csv.writer(out).writerows([feed.NEEDED, *rows])
    path = tmp_path / "retractions.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    settings.WATCH_FEED = str(path)


def retracted(source, notice="10.1000/notice"):
    return [source.doi.upper(), "Retraction", notice, "5/3/2025 0:00"]


def test_a_retracted_work_opens_one_task_for_each_claim_with_all_that_show_it(web, settings, tmp_path):
    source = with_claims()
    table_of(tmp_path, settings, retracted(source), ["10.1000/other", "Retraction", "10.1000/n", "5/3/2025 0:00"])

    done = night(web)

    hit = Hit.objects.get()
    tasks = WatchTask.objects.filter(hit=hit)
    cite = {page.pk for page in Page.objects.live().specific() if cites(page, source)}
    assert done.opened == 1
    assert (hit.source_id, hit.said) == (source.pk, "Retraction of 3 May 2025.")
    assert {task.page_id for task in tasks} == cite
    assert "claim" in {task.kind for task in tasks}
    for task in tasks:
        shown = set(queries.touched_by(task.page_id))
        languages = TranslationPage.objects.filter(source__in=[task.page_id, *shown]).values_list("pk", flat=True)
        assert {one["id"] for one in task.users} == shown | set(languages)
        assert all(one["title"] and one["kind"] and one["language"] for one in task.users)


def test_the_same_notice_opens_nothing_twice_and_another_one_does(web, settings, tmp_path):
    source = with_claims()
    table_of(tmp_path, settings, retracted(source))
    night(web)
    before = WatchTask.objects.count()

    assert night(web, 1).opened == 0
    table_of(tmp_path, settings, retracted(source), retracted(source, "10.1000/second"))
    assert night(web, 2).opened == 1
    assert WatchTask.objects.count() == 2 * before


def test_without_a_network_nothing_is_changed_and_the_report_says_so(web, settings):
    night(web)
    before = list(SourceLook.objects.values())
    web.get = lambda address: (_ for _ in ()).throw(UnreachableError("its name is not known"))

    done = night(web, 1)

    assert "No network" in str(done)
    assert done.opened == 0
    assert list(SourceLook.objects.values()) == before


def test_a_table_of_our_own_is_read_without_a_network_too(web, settings, tmp_path):
    table_of(tmp_path, settings, retracted(with_claims()))
    web.get = lambda address: (_ for _ in ()).throw(UnreachableError("its name is not known"))

    done = night(web)

    assert done.opened == 1
    assert "No network" in str(done)
    assert set(SourceLook.objects.values_list("state", "asked_at")) == {(LinkState.UNKNOWN, None)}


def test_a_table_that_is_none_is_reported_and_the_rest_goes_on(web, settings, tmp_path):
    settings.WATCH_FEED = str(tmp_path / "not-there.csv")

    done = night(web)

    assert "could not be read" in str(done)
    assert done.answered == done.looked > 0


@pytest.mark.parametrize(
    ("answer", "state", "nights"),
    [
        (Answer(404, "text/html", b"x", "https://x.example/a"), LinkState.GONE, 2),
        ("<title>Page not found</title>", LinkState.GONE, 2),
        (Answer(200, "text/html", b"Welcome", "https://www.nice.org.uk/"), LinkState.GONE, 2),
        (UnreachableError("timed out"), LinkState.UNREACHABLE, 4),
        (Answer(503, "text/html", b"x", "https://x.example/a"), LinkState.UNREACHABLE, 4),
        (NotPublicError("10.0.0.1"), LinkState.REFUSED, 1),
    ],
)
def test_a_lost_address_is_told_after_some_nights_in_a_row_and_once(web, answer, state, nights):
    source = SourcePage.objects.get(slug=CLOSELY)
    web.pages[source.work_url] = answer

    opened = [night(web, number).opened for number in range(nights + 2)]

    assert opened == [0] * (nights - 1) + [1, 0, 0]
    assert SourceLook.objects.get(page_id=source.pk).state == state
    web.pages.clear()
    assert night(web, 9).opened == 0
    assert SourceLook.objects.get(page_id=source.pk).in_a_row == 0
    web.pages[source.work_url] = answer
    assert sum(night(web, 10 + number).opened for number in range(nights)) == 1


def test_an_address_that_moved_is_shown_and_no_task(web):
    source = SourcePage.objects.get(slug=CLOSELY)
    there = "https://www.nice.org.uk/guidance/ng158/new"
    web.pages[source.work_url] = Answer(200, "text/html", b"<main>Words.", there, moved_to=there)

    assert night(web).opened == 0
    look = SourceLook.objects.get(page_id=source.pk)
    assert (look.state, look.detail) == (LinkState.MOVED, there)


def test_a_guideline_that_reads_differently_is_told_once(web):
    source = SourcePage.objects.get(slug=CLOSELY)
    web.pages[source.work_url] = "<main>Scan within 4 hours.<script>1</script>"
    first, same = night(web).opened, night(web, 1).opened
    web.pages[source.work_url] = "<nav>x</nav><main>Scan within 24 hours."
    changed, after = night(web, 2).opened, night(web, 3).opened

    assert (first, same, changed, after) == (0, 0, 1, 0)
    assert {task.page_id for task in WatchTask.objects.all()} == {page.pk for page in hits.citing(source)}


def test_a_page_that_never_reads_the_same_is_called_so_and_opens_nothing(web):
    source = SourcePage.objects.get(slug=CLOSELY)
    night(web)
    web.pages[source.work_url] = ["<main>Visitor 1", "<main>Visitor 2"]

    assert night(web, 1).opened == 0
    assert SourceLook.objects.get(page_id=source.pk).is_restless


def test_each_source_is_asked_once_a_day_and_a_round_that_stops_goes_on_where_it_was(web):
    some = night(web, seconds=-1.0)
    everything = night(web)
    again = night(web)

    assert some.looked == 0
    assert everything.looked == len(watching.due(NOW + NIGHT))
    assert str(again) == "Nothing was due."
    assert len(web.asked) == len(set(web.asked))


def test_crossref_is_asked_about_each_doi(web, settings):
    settings.WATCH_CROSSREF = "https://crossref.example"
    source = with_claims()
    address = f"https://crossref.example/works?filter=updates:{source.doi.lower().replace('/', '%2F')}&rows=20"
    notice = {"DOI": "10.1000/n", "update-to": [{"DOI": source.doi, "type": "expression_of_concern"}]}
    body = json.dumps({"message": {"items": [notice]}})
    web.pages[address] = Answer(200, "application/json", body.encode(), address)

    done = night(web)

    assert Hit.objects.get().said == "Expression of concern."
    assert "Crossref could not be asked" in str(done)  # the others answered with a page


def one_task(web, settings, tmp_path):
    table_of(tmp_path, settings, retracted(with_claims()))
    night(web)
    return WatchTask.objects.first()


def test_a_reviewer_decides_once_with_a_reason_and_nothing_is_ever_changed(web, settings, tmp_path):
    task = one_task(web, settings, tmp_path)
    reason = "Read the notice: the figure we cite is not concerned."
    for by, verdict, why in (
        (making.editor(), Verdict.HOLDS, reason), (making.reviewer(), "perhaps", reason),
        (making.reviewer(), Verdict.HOLDS, "ok"),
    ):  # fmt: skip
        with pytest.raises(RefusedError):
            hits.decide(task=task, by=by, verdict=verdict, reason=why, now=NOW)

    made = hits.decide(task=task, by=making.reviewer(), verdict=Verdict.HOLDS, reason=reason, now=NOW)

    with pytest.raises(RefusedError, match="already"):
        hits.decide(task=task, by=making.reviewer(), verdict=Verdict.CHANGES, reason=reason, now=NOW)
    for change in (made.save, made.delete, WatchDecision.objects.all().delete, Hit.objects.all().delete):
        with pytest.raises(RefusedError):
            change()


def test_the_report_shows_what_waits_what_is_watched_and_who_decided(web, settings, tmp_path, client):
    task = one_task(web, settings, tmp_path)
    person = making.reviewer()
    client.force_login(person)
    before = client.get(reverse("articles_watch")).content.decode()
    reason = "Read the notice: <b>nothing</b> of it concerns us."
    said = {"verdict": "holds", "reason": reason}
    client.post(reverse("articles_watch_decide", args=[task.hit_id]), {**said, "tasks": task.pk})
    after = client.get(reverse("articles_watch")).content.decode()
    client.post(reverse("articles_watch_look"))

    assert task.title in before
    assert all(f"({one['kind']}, {one['language']})" in before for one in task.users)
    assert "Retraction of 3 May 2025." in before
    assert f'id="task-{task.pk}"' not in after
    assert "Read the notice: &lt;b&gt;nothing" in after
    assert WatchDecision.objects.get().by_id == person.pk
    assert not SourceLook.objects.exclude(asked_at=None).exists()


def test_texts_of_one_event_are_decided_together_when_they_are_ticked_and_only_then(web, client):
    source = with_claims()
    said = {"source": source, "said": "Doubted.", "address": "", "now": NOW}
    one = hits.open_hit(kind=HitKind.NOTICE, key="one", **said)
    other = hits.open_hit(kind=HitKind.NOTICE, key="two", **said)
    tasks = list(WatchTask.objects.filter(hit=one))
    client.force_login(making.reviewer())
    address = reverse("articles_watch_decide", args=[one.pk])
    alike = {"verdict": "holds", "reason": "Read it: not concerned."}

    client.post(address, alike)
    client.post(address, {**alike, "tasks": ["x", "٣", "9" * 99, WatchTask.objects.filter(hit=other)[0].pk]})
    assert not WatchDecision.objects.exists()

    client.post(address, {**alike, "tasks": [tasks[0].pk]})
    # one of them is decided already, so nothing is decided
    client.post(address, {**alike, "tasks": [task.pk for task in tasks]})
    assert WatchDecision.objects.count() == 1
    client.post(address, {**alike, "tasks": [task.pk for task in tasks[1:]]})
    assert WatchDecision.objects.count() == len(tasks) > 1
    assert not WatchTask.objects.filter(hit=one, decision=None).exists()


def test_the_second_sheet_of_what_waits_shows_the_rest(web, client, monkeypatch):
    monkeypatch.setattr("articles.watch.screens.A_PAGE", 2)
    source = with_claims()
    for key in "abc":
        hits.open_hit(kind=HitKind.NOTICE, key=key, source=source, said=f"Event {key}.", address="", now=NOW)
    client.force_login(making.reviewer())

    shown = [client.get(reverse("articles_watch"), {"p": number}).content.decode() for number in (1, 2)]

    assert [[key for key in "abc" if f"Event {key}." in page] for page in shown] == [["b", "c"], ["a"]]
    assert all("3 events" in page for page in shown)
    assert "Page 2 of 2" in shown[1]


def test_it_is_off_unless_it_is_asked_for(settings):
    settings.CLAIM_WATCH = False
    only = [one for one in jobs.JOBS if one.key == "watch"]
    times = iter([NOW, NOW + NIGHT, NOW + NIGHT, NOW + NIGHT, NOW + NIGHT])

    rows = run_due(jobs=only, clock=lambda: next(times))

    assert [row.said for row in rows] == ["Off: CLAIM_WATCH is not set."]
    with pytest.raises(CommandError, match="CLAIM_WATCH"):
        call_command("watch_sources")


def test_the_command_shows_progress(web, monkeypatch, capsys):
    monkeypatch.setattr("articles.management.commands.watch_sources.Fetcher", lambda agent: web)

    call_command("watch_sources")

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("1 of ")
    assert said[-1].endswith("0 hits.")
    assert "editors@example.org" in watching.agent()
