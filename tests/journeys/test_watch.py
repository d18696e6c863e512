"""A source is retracted: a reviewer hears of it on the first screen, sees what rests on it, decides and says why."""

import csv

import pytest
from django.test import override_settings
from django.utils import timezone

from articles.models import WatchDecision
from articles.watch import feed, watching
from articles.watch.fetch import UnreachableError
from tests.journeys import axe
from tests.journeys.axe import PHONE, WIDE

pytestmark = [pytest.mark.journey, pytest.mark.heavy]
TITLE = "Interventions for leg cramps in pregnancy"
DOI = "10.1002/14651858.CD010655.pub3"
SAID = "Retraction of 5 November 2026."
GUIDE = "What helps leg cramps in pregnancy, and what should I watch for?"
CHECK = "Check leg cramps or leg pain in pregnancy or after birth"
CLAIM = "Do magnesium or calcium tablets help leg cramps in pregnancy?"
REASON = "Read the notice: one trial of five is left out, and the answer stays the same."


class NoNetwork:
    """Every site of others, for who has no network."""

    def get(self, address):
        raise UnreachableError("its name is not known")


@pytest.fixture
def noticed(in_the_site, tmp_path):
    """The night's round has read a table of retractions, without a network."""
    table = tmp_path / "retractions.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([feed.NEEDED, [DOI, "Retraction", "10.1000/notice", "11/5/2026 0:00"]])
    own = {"CLAIM_WATCH": True, "WATCH_CONTACT": "mailto:editors@example.org", "WATCH_FEED": str(table)}
    with in_the_site(), override_settings(**own):
        return watching.look_around(fetcher=NoNetwork(), now=timezone.now())


def test_what_happened_to_a_source_is_decided_text_by_text(live_site, somebody, in_the_site, noticed):
    author, reviewer = somebody("demo-author"), somebody("demo-reviewer")
    assert noticed.opened == 1
    assert "No network" in str(noticed)

    reviewer.goto(f"{live_site}/admin/")
    reviewer.get_by_role("link", name=TITLE).click()
    event = reviewer.locator(".watch__task", has_text=SAID)
    assert event.locator("h3").inner_text() == TITLE
    claim = event.locator(".watch__texts > li", has=reviewer.locator("label", has_text=CLAIM))
    acted_on = claim.locator("p", has_text="Readers act on it in").inner_text()
    assert f"{GUIDE} (guide, en)" in acted_on
    assert axe.faults(reviewer) == []
    check = event.locator("li", has_text=CHECK).first
    assert check.count() == 1
    reviewer.set_viewport_size(PHONE)
    assert reviewer.evaluate(WIDE) <= 0

    waiting = event.locator("[name=tasks]").count()
    claim.locator("[name=tasks]").check()
    event.get_by_label("What have you decided").select_option(label="It still holds as it is written")
    event.get_by_label("What did you look at").fill(REASON)
    event.get_by_role("button", name="Keep this decision").click()
    assert f"what you decided about “{CLAIM}”" in reviewer.locator(".messages").inner_text()
    assert event.locator("[name=tasks]").count() == waiting - 1
    assert REASON in reviewer.locator("#decided + table").inner_text()

    author.goto(f"{live_site}/admin/reports/sources-watched/")
    assert author.locator(".watch__task", has_text=SAID).count() == 1
    assert author.locator("[name=tasks], [name=verdict]").count() == 0
    with in_the_site():
        made = WatchDecision.objects.get()
        assert (made.task.title, made.reason) == (CLAIM, REASON)
