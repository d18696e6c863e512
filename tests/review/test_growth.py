"""With many pages in review nobody waits longer: as many queries as with few, and lists that end."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from articles.models import ClaimPage
from review import dashboard
from review.models import Concern, Submission
from tests.review import making

pytestmark = pytest.mark.django_db
FEW, MANY = 2, 60


def put_in_review(count):
    """Let so many pages wait, submitted long ago by the author."""
    author = get_user_model().objects.get(username="demo-author")
    begun = timezone.now() - timezone.timedelta(days=60)
    taken = Submission.objects.open().values("page_id")
    pages = Page.objects.live().filter(depth=4).exclude(pk__in=taken).order_by("pk")[:count]
    Submission.objects.bulk_create(
        Submission(
            page_id=page.pk, page_type="articles.termpage", title=page.title, revision_id=page.live_revision_id,
            fingerprint="f", content_hash="c", computed_class="safety", submitted_by=author, submitted_at=begun,
            contributors=[author.pk],
        )
        for page in pages
    )  # fmt: skip
    Concern.objects.bulk_create(
        Concern(page_id=page.pk, page_title=page.title, text="Doubt.", raised_at=begun, due_at=begun) for page in pages
    )


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.fixture
def reviewer(client):
    person = get_user_model().objects.get(username="demo-reviewer")
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/review/", "/admin/review/concerns/", "/admin/review/tables/waiting.csv"]
)
def test_a_thousand_texts_in_review_ask_no_more_than_two(reviewer, path):
    put_in_review(FEW)
    few = queries(reviewer, path)
    put_in_review(MANY)

    assert queries(reviewer, path) <= few + 1


def test_lists_end_and_say_how_much_is_left_out(reviewer):
    put_in_review(MANY)

    text = reviewer.get("/admin/review/").content.decode()
    home = reviewer.get("/admin/").content.decode()

    assert f"And {MANY - dashboard.SHOWN} more." in text
    assert f"all {MANY} as CSV" in text
    assert f"{MANY - 8} more texts" in home
    assert reviewer.get("/admin/review/tables/waiting.csv").content.count(b"\n") == MANY + 1


def test_concerns_are_answered_from_the_oldest_on(reviewer):
    put_in_review(MANY)

    text = reviewer.get("/admin/review/concerns/").content.decode()

    assert text.count('class="review-concern"') == 20
    assert f"{MANY - 20} newer concerns follow" in text


def test_the_report_on_sources_reads_many_pages_together(reviewer):
    reviewer.force_login(
        get_user_model().objects.get(username="demo-author"), "django.contrib.auth.backends.ModelBackend"
    )
    path = "/admin/reports/articles/evidence/"
    shown = ClaimPage.objects.filter(certainty__in=["", "no_source"])
    assert shown.count() > 2

    assert queries(reviewer, path) < 30


def test_the_file_of_workflows_asks_no_more_for_more_lines(client):
    client.force_login(making.superuser())
    pages = [making.info() for _ in range(6)]

    def asked(more):
        for page in more:
            page.get_workflow().start(page, making.editor())
        with CaptureQueriesContext(connection) as found:
            answer = client.get("/admin/reports/workflow/?export=csv")
            lines = b"".join(answer.streaming_content).count(b"\n")
        return len(found), lines

    asked(pages[:1])  # what is read once in a process
    few, lines = asked(pages[1:2])

    assert asked(pages[2:]) == (few, lines + 4)
