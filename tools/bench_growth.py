"""Prints what people wait for on a large site and on a small one: `python tools/bench_growth.py [--write]`.

The small site is the starter content; the large one has 28 further topics of that size, with years of drafts,
signatures and counts (`tests.many_rows`). Both are on PostgreSQL. Each thing is done on both in turns. It costs what
the processor did for it, in this process and in the database's, so that whatever else the machine does counts little.
More than twice as much on the large site is too much. `--write` keeps the figures in docs/bench/growth.json.
"""

import argparse
import gc
import io
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from growth_table import LONGER, report, too_much  # beside this file, not a package
from postgres import start as start_postgresql  # the same

os.environ.setdefault("DATABASE_URL", start_postgresql())
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings_test"

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, Revision

from articles import lists
from articles.models import GlossaryPage, TermPage
from review import actions, checklist
from review.models import SignOff, Submission
from tests import database, many_rows
from triage.approval import Text, settled
from triage.models import DayCount, ProtocolPage

OUT = ROOT / "docs" / "bench" / "growth.json"
TOPICS, COUNTS, SMALL_COUNTS = 28, 100_000, 1_000
ROUNDS = 5
# Nobody waits for less than this, in milliseconds of the processor: it counts as so much.
LEAST = 5.0


@dataclass(frozen=True)
class Thing:
    """What somebody waits for; `path` may name the ids of `_names`."""

    name: str
    path: str
    who: str = ""
    # One page of a long list may cost more, up to PAGED_MS: the large site fills it. It asks no more often for that.
    paged: bool = False


PUBLIC = (
    Thing("first page", "/"), Thing("guide", "/guides/calf-soreness/"), Thing("cause", "/causes/deep-vein-thrombosis/"),
    Thing("word", "/words/muscle-cramp/"), Thing("technique", "/relief/{technique}/"),
    Thing("source with its uses", "{source}"), Thing("place on the leg", "{place}"),
    Thing("ledger of a page", "/ledger/{term}/"),
    Thing("search: calf pain", "/search/?q=calf+pain"), Thing("search: leg", "/search/?q=leg"),
    Thing("search: chest pain", "/search/?q=chest+pain"), Thing("search: a name", "/search/?q=gastrocnemius"),
    Thing("search: misspelt", "/search/?q=vericose+vains"), Thing("search: Chinese", "/search/?q=小腿抽筋怎麼辦"),
    Thing("search: nothing there", "/search/?q=xyzzyq"), Thing("suggestions: ca", "/search/suggest/?q=ca"),
    Thing("suggestions: misspelt", "/search/suggest/?q=varicsoe"),
)  # fmt: skip
# A long list is parted: what is measured is its first page and its last one; a short list has but one.
LISTS = tuple(
    Thing(f"list of {name}{which}", "{" + key + end + "}", paged=True)
    for name, key in (("words", "glossarypage"), ("causes", "causeindexpage"), ("signs", "findingindexpage"),
                      ("sources", "sourceindexpage"), ("techniques", "techniqueindexpage"),
                      ("guides", "guideindexpage"),
                      ("when to get help", "careruleindexpage"), ("claims", "claimindexpage"),
                      ("places", "bodysiteindexpage"),
                      ("cautions", "contraindicationindexpage"))
    for which, end in (("", ""), (", last page", "_last"))
)  # fmt: skip
ADMIN = (
    Thing("admin home, author", "/admin/", "demo-author"),
    Thing("admin home, reviewer", "/admin/", "demo-reviewer"),
    Thing("admin home, administrator", "/admin/", "demo-admin"),
    Thing("explorer", "/admin/pages/{home}/", "demo-author"),
    Thing("explorer of the words", "/admin/pages/{glossary}/", "demo-author"),
    Thing("search in the admin", "/admin/pages/search/?q=calf", "demo-author"),
    Thing("page chooser", "/admin/choose-page/{glossary}/?page_type=articles.TermPage", "demo-author"),
    Thing("page chooser, search", "/admin/choose-page/search/?q=calf&page_type=articles.ClaimPage", "demo-author",
          paged=True),
    Thing("editor of a word", "/admin/pages/{term}/edit/", "demo-author"),
    Thing("history of a page", "/admin/pages/{term}/history/", "demo-author"),
    Thing("uses of a page", "/admin/pages/usage/articles/termpage/", "demo-author"),
    Thing("dashboard, author", "/admin/review/", "demo-author"),
    Thing("dashboard, reviewer", "/admin/review/", "demo-reviewer"),
    Thing("review screen", "/admin/review/{submission}/", "demo-reviewer"),
    Thing("review and ledger of a page", "/admin/review/page/{term}/", "demo-reviewer"),
    Thing("readers' concerns", "/admin/review/concerns/", "demo-reviewer", paged=True),
    Thing("report on sources", "/admin/reports/articles/evidence/", "demo-author", paged=True),
    Thing("report on uses", "/admin/reports/articles/use/", "demo-author"),
    Thing("report on reading ages", "/admin/reports/articles/reading/", "demo-author", paged=True),
    # what each draft says is remembered: the first time in a process is not measured
    Thing("report on contradictions", "/admin/reports/articles/contradictions/", "demo-author"),
    Thing("report on workflows", "/admin/reports/workflow/", "demo-author"),
    Thing("report on tasks", "/admin/reports/workflow_tasks/", "demo-author"),
    Thing("report on ages", "/admin/reports/aging-pages/", "demo-author"),
    Thing("report on kinds of pages", "/admin/reports/page-types-usage/", "demo-author"),
    Thing("history of the site", "/admin/reports/site-history/", "demo-admin"),
    Thing("numbers of the checks", "/admin/checks/numbers/", "demo-reviewer"),
)  # fmt: skip
# A file holds one line for each page: it cannot cost the same. It costs no more for each of them.
FILES = (
    Thing("workflows as a file", "/admin/reports/workflow/?export=csv", "demo-author"),
    Thing("ages as a file", "/admin/reports/aging-pages/?export=csv", "demo-author"),
    Thing("sources as a file", "/admin/reports/articles/evidence/?export=csv", "demo-author"),
    Thing("uses as a file", "/admin/reports/articles/use/?export=xlsx", "demo-author"),
    Thing("waiting texts as a file", "/admin/review/tables/waiting.csv", "demo-reviewer"),
)


class RefusedError(Exception):
    """Something was not answered: then nothing was measured."""


@dataclass
class Site:
    """One of the two databases, with people who are logged in there."""

    name: str

    def enter(self) -> None:
        """Let everything that follows happen on this site."""
        database._use(self.name)
        self.names = getattr(self, "names", None) or _names()
        if not hasattr(self, "clients"):
            self.clients = {who: _client(who) for who in ("", "demo-author", "demo-reviewer", "demo-admin")}
        Page.objects.count()

    def get(self, thing: Thing) -> int:
        """Ask for a thing; return how many lines a file has."""
        answer = self.clients[thing.who].get(thing.path.format(**self.names))
        body = b"".join(answer) if answer.streaming else answer.content
        if answer.status_code != 200:  # noqa: PLR2004
            raise RefusedError(f"{thing.name}: {answer.status_code} {body[:200]!r}")
        return body.count(b"\n")


def _client(who: str) -> Client:
    client = Client()
    if who:
        client.force_login(get_user_model().objects.get(username=who), "django.contrib.auth.backends.ModelBackend")
    return client


def _names() -> dict[str, Any]:
    """Return the ids and addresses that paths name; the same pages on both sites."""
    urls = dict(Page.objects.filter(depth=3).values_list("content_type__model", "url_path"))
    named = {kind: "/" + url.removeprefix("/home/") for kind, url in urls.items()}
    rooms = [room for room in Page.objects.filter(depth=3).specific() if getattr(room, "listing", None)]
    last = {
        f"{(kind := room._meta.model_name)}_last": named[kind] + (lists.further_of(room) or [""])[-1] for room in rooms
    }
    first = {kind: "/" + Page.objects.filter(content_type__model=kind).earliest("pk").url_path.removeprefix("/home/")
             for kind in ("sourcepage", "bodysitepage")}  # fmt: skip
    technique = Page.objects.filter(content_type__model="techniquepage").earliest("pk").slug
    waiting = Submission.objects.filter(state="in_review").earliest("pk").pk
    return named | last | {
        "source": first["sourcepage"], "place": first["bodysitepage"], "technique": technique, "submission": waiting,
        "home": Page.objects.get(depth=2).pk, "glossary": GlossaryPage.objects.get().pk,
        "term": TermPage.objects.get(slug="muscle-cramp").pk,
    }  # fmt: skip


class Cost:
    """Milliseconds of the processor in this process and in the database's, and milliseconds that passed."""

    def __init__(self) -> None:
        self.begun = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        own = time.process_time()
        with suppress(OSError, AttributeError):
            pid = connection.connection.info.backend_pid
            own += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
        return own, time.perf_counter()

    def stop(self) -> tuple[float, float]:
        """Return both since the beginning."""
        cpu, wall = self._now()
        return 1000 * (cpu - self.begun[0]), 1000 * (wall - self.begun[1])


def measure(thing: Thing, sites: tuple[Site, Site], rounds: int) -> dict[str, Any]:
    """Return what a thing costs on both sites."""
    costs: dict[str, list[tuple[float, float]]] = {"small": [], "large": []}
    row: dict[str, Any] = {"name": thing.name, "paged": thing.paged}
    for turn in range(rounds):
        for size, site in zip(costs, sites, strict=True):
            site.enter()
            if turn == 0:
                with CaptureQueriesContext(connection) as asked:
                    begun = Cost()
                    row[f"{size}_lines"] = site.get(thing)
                    first = begun.stop()
                row[f"{size}_queries"] = len(asked)
                if rounds == 1:  # long ones are asked for once
                    costs[size].append(first)
                    continue
            begun = Cost()
            site.get(thing)
            costs[size].append(begun.stop())
    return row | _medians(costs)


def _medians(costs: dict[str, list[tuple[float, float]]]) -> dict[str, float]:
    found = {}
    for size, values in costs.items():
        found[f"{size}_ms"] = round(statistics.median(cpu for cpu, _ in values), 2)
        found[f"{size}_wall_ms"] = round(statistics.median(wall for _, wall in values), 2)
    found["ratio"] = round(max(found["large_ms"], LEAST) / max(found["small_ms"], LEAST), 2)
    return found


def _draft(slug: str, turn: int) -> Revision:
    page = TermPage.objects.get(slug=slug).get_latest_revision_as_object()
    page.search_description = f"What the reader gets from this page in turn {turn}, said in one plain sentence."
    return page.save_revision(user=get_user_model().objects.get(username="demo-author"))


def _steps(turn: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what an author and reviewers do with one word until readers see it, step by step."""
    people = {user.username: user for user in get_user_model().objects.all()}
    author, reviewer = people["demo-author"], people["demo-reviewer"]
    slug = ("soreness", "calf", "tendon", "vein", "artery", "statin", "nsaid", "nerve")[turn]
    page = TermPage.objects.get(slug=slug)
    Submission.objects.filter(page_id=page.pk, state="in_review").delete()
    yield "save a draft", lambda: _draft(slug, turn)
    yield "submit", lambda: actions.submit(page=page, by=author, now=timezone.now())
    row = Submission.objects.get(page_id=page.pk, state="in_review")
    answers = {item.key: checklist.YES for item in checklist.items_for(page)}
    signers = [reviewer, people["demo-reviewer-2"]][: row.signers_needed]
    for number, person in enumerate(signers):
        sign = lambda by=person: actions.sign_off(  # noqa: E731
            submission=row,
            by=by,
            now=timezone.now(),
            answers=answers,
            why_milder="For the benchmark.",
            demonstration=True,
        )
        if number == 0:
            yield "sign", sign
        else:
            sign()
    yield "release", lambda: actions.release(submission=row.pk, by=reviewer, now=timezone.now())
    yield "withdraw", lambda: actions.withdraw(page=page, by=reviewer, now=timezone.now(), reason="For the benchmark.")


def changes(sites: tuple[Site, Site], rounds: int) -> list[dict[str, Any]]:
    """Return what the steps of a release cost."""
    costs: dict[str, dict[str, list[tuple[float, float]]]] = {}
    queries: dict[tuple[str, str], int] = {}
    for turn in range(rounds):
        for size, site in zip(("small", "large"), sites, strict=True):
            site.enter()
            for name, step in _steps(turn):
                if turn == 0:
                    with CaptureQueriesContext(connection) as asked:
                        step()
                    queries[name, size] = len(asked)
                    continue
                begun = Cost()
                step()
                costs.setdefault(name, {"small": [], "large": []})[size].append(begun.stop())
    return [
        {"name": name, **{f"{size}_queries": queries[name, size] for size in found}, **_medians(found)}
        for name, found in costs.items()
    ]


def audit(sites: tuple[Site, Site]) -> dict[str, Any]:
    """Return how long the proof of everything takes: it reads everything."""
    found: dict[str, Any] = {}
    for size, site in zip(("small", "large"), sites, strict=True):
        site.enter()
        begun = Cost()
        call_command("audit_releases", stdout=io.StringIO())
        found[f"{size}_seconds"] = round(begun.stop()[0] / 1000, 2)
        found[f"{size}_pages"] = Page.objects.live().count()
    return found


def _check() -> None:
    """Let the checks be found right by the code of today: a site is measured that has worked with it before."""
    for page in ProtocolPage.objects.live():
        settled(Text(page))


@contextmanager
def two_sites() -> Iterator[tuple[Site, Site]]:
    """Make both databases; they are thrown away afterwards."""
    kept = database.store()
    template = database.ready(kept)
    names = [f"growth-{size}-{os.getpid()}" for size in ("small", "large")]
    before = database._row()["NAME"]
    try:
        for name, topics, counts in zip(names, (0, TOPICS), (SMALL_COUNTS, COUNTS), strict=True):
            kept.copy(template, name)
            _check()
            many_rows.add_topics(topics)
            many_rows.add_years(counts=counts)
            # it has been worked with since: what all pages say has been compared
            _check()
            connection.cursor().execute("VACUUM ANALYZE")
        yield Site(names[0]), Site(names[1])
    finally:
        for name in names:
            kept.drop(name)
        database._row()["NAME"] = before


def run(rounds: int, only: str = "") -> dict[str, Any]:
    """Measure everything; return the figures."""
    begun = time.monotonic()
    with two_sites() as sites:
        made = time.monotonic() - begun
        # as in a process of the site (`portal/wsgi.py`)
        gc.collect()
        gc.freeze()
        figures: dict[str, Any] = {"seconds_to_make": round(made), "sites": {}}
        for size, site in zip(("small", "large"), sites, strict=True):
            site.enter()
            figures["sites"][size] = {
                "pages": Page.objects.count(), "revisions": Revision.objects.count(),
                "sign_offs": SignOff.objects.count(),
                "counters": DayCount.objects.count(), "in_review": Submission.objects.filter(state="in_review").count(),
            }  # fmt: skip
        for group, things in (
            ("public", PUBLIC),
            ("lists", LISTS),
            ("admin", ADMIN),
            ("files", FILES),
        ):
            times = 1 if group in LONGER else rounds
            figures[group] = [measure(thing, sites, times) for thing in things if only in thing.name]
            sys.stderr.write(f"{group}: measured after {time.monotonic() - begun:.0f} s\n")
        if not only or only == "changes":
            figures["changes"] = changes(sites, rounds)
        if (not only or only == "audit") and not os.environ.get("NOAUDIT"):
            figures["audit"] = audit(sites)
    return figures


def main() -> int:
    """Measure, print, keep when asked; 1 when something costs more than twice as much on the large site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="what has this in its name; changes, audit")
    chosen = parser.parse_args()
    figures = run(chosen.rounds, chosen.only)
    sys.stdout.write(report(figures) + "\n")
    if chosen.write:
        OUT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return int(bool(too_much(figures)))


if __name__ == "__main__":
    sys.exit(main())
