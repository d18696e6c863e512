"""What happens to a source names the checks that run on what cites it."""

from articles.models import CareRulePage, SourcePage, WatchTask
from articles.models.watch import HitKind
from articles.watch import hits
from tests.review import making


def test_a_task_on_a_rule_names_the_check_that_runs_it(mini, monkeypatch):
    rule = CareRulePage.objects.get(code="T-SWOLLEN")
    monkeypatch.setattr(hits, "citing", lambda source: [rule])

    source = SourcePage.objects.live().first()
    hits.open_hit(kind=HitKind.NOTICE, key="x", source=source, said="Retraction.", address="", now=making.NOW)

    users = WatchTask.objects.get(page_id=rule.pk).users
    assert {"id": mini.pk, "title": mini.title, "kind": "protocol", "language": "en"} in users
