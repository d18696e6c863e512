"""The sheet of a check and the summary of a run as PDF."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pypdfium2
import pytest

from articles.paper import kept
from articles.paper.printing import NotPrintedError, Press
from tests import papers
from triage import summary_paper, views
from triage.answers import FORM_TYPE
from triage.artefacts import NoCheckError

SHEET = "/check/calf/paper.pdf"


class OnePress:
    """Stands in for the press where what is printed is not what a test is about."""

    def __init__(self):
        self.jobs = []

    def to_pdf(self, job, *, wait):
        self.jobs.append(job)
        return b"%PDF " + job.html[:20]


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.PAPERS_DIR = tmp_path / "papers"
    settings.PRINT_PAPERS = True
    return tmp_path / "papers"


@pytest.fixture(autouse=True, scope="module")
def nothing_left_running():
    yield
    summary_paper._press().stop()


@pytest.fixture
def at_the_end(visitor):
    someone = visitor().begin().calm_to("danger").answer("breathless")
    assert someone.page.result == "emergency_now"
    return someone


def ask(someone):
    body = urlencode({**someone.page.fields, "go": "summary-pdf"}, doseq=True)
    return someone.client.post("/check/calf/", body, content_type=FORM_TYPE)


def no_media(address):
    return None


def test_a_summary_is_printed_for_who_asks_and_kept_nowhere(at_the_end, own_place):
    response = ask(at_the_end)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="check-summary.pdf"'
    assert response["Cache-Control"] == "private, no-cache"
    assert not response.cookies
    words = papers.text_of(response.content)
    assert "Call an ambulance now" in words
    assert "New trouble breathing" in words
    assert "Not yet approved by local clinicians" in words
    assert papers.faults(response.content) == []
    assert list(own_place.rglob("*")) == []


def test_while_another_summary_is_printed_the_answers_stay_and_nobody_waits(at_the_end):
    with summary_paper._press()._lock:
        response = ask(at_the_end)

    text = response.content.decode()
    assert response.status_code == 429
    assert "The PDF could not be made just now" in text
    assert 'data-result="emergency_now"' in text
    assert 'name="a-danger" value="breathless"' in text


def test_without_a_press_there_is_no_button_and_the_text_remains(visitor, settings):
    settings.PRINT_PAPERS = False
    someone = visitor().begin().calm_to("danger").answer("breathless")

    assert 'value="summary-pdf"' not in someone.response.content.decode()
    assert 'value="summary"' in someone.response.content.decode()
    assert ask(someone).status_code == 503
    assert someone.client.get(SHEET).status_code == 410


def test_a_sheet_is_printed_beside_readers_and_found_by_what_it_says(released, client, monkeypatch):
    before = client.get(SHEET)
    path, html = next(iter(views.sheets().items()))
    press = OnePress()
    printed = kept.print_once(html, title="Calf", path=path, by=press, media=no_media)

    found = client.get(SHEET)
    again = client.get(SHEET, headers={"If-None-Match": found["ETag"]})
    monkeypatch.setattr(views.pages, "paper", lambda check: {"document": check.document, "check": check})
    changed = client.get(SHEET)

    assert (before.status_code, b"being made" in before.content, kept.folder().joinpath(kept.WANTED).exists()) == (
        202, True, True,
    )  # fmt: skip
    assert printed
    assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
    assert found.content.startswith(b"%PDF")
    assert again.status_code == 304
    assert changed.status_code == 202
    assert press.jobs[0].foot.endswith("/check/calf/paper/")


def test_a_sheet_is_one_sheet_of_paper_that_can_be_read_aloud(released, own_place):
    html = views.sheets()["/check/calf/paper/"]
    press = Press(seconds=20, memory=900)
    try:
        kept.print_once(html, title="Calf", path="/check/calf/paper/", by=press, media=no_media)
    finally:
        press.stop()
    pdf = kept.find(html)

    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert papers.faults(pdf) == []
    assert "Go to an emergency department now" in papers.text_of(pdf)
    assert released.current("calf").hash in re.sub(r"[^0-9a-zA-Z]", "", papers.text_of(pdf))
    assert [alt for tag, alt in papers.tags(pdf) if tag == "Figure"] == ["Address of this check"]


def test_there_is_no_sheet_of_a_check_that_is_not_released(released):
    with pytest.raises(NoCheckError):
        views.shelf().current("nothing")


def test_what_could_not_be_printed_is_not_tried_again_and_again(own_place, monkeypatch):
    class Broken(OnePress):
        def to_pdf(self, job, *, wait):
            super().to_pdf(job, wait=wait)
            raise NotPrintedError("too long")

    press = Broken()
    with pytest.raises(NotPrintedError):
        kept.print_once(b"<p>x", title="x", path="/x/", by=press, media=no_media)

    assert not kept.print_once(b"<p>x", title="x", path="/x/", by=press, media=no_media)
    kept.forget_failures()
    with pytest.raises(NotPrintedError):
        kept.print_once(b"<p>x", title="x", path="/x/", by=press, media=no_media)
    assert len(press.jobs) == 2


def test_prints_that_nobody_can_find_any_more_are_removed_after_days(own_place, monkeypatch):
    press = OnePress()
    for html in (b"<p>old", b"<p>now"):
        kept.print_once(html, title="x", path="/x/", by=press, media=no_media)
    kept.keep_only([b"<p>now"])
    assert kept.find(b"<p>old")

    monkeypatch.setattr(kept, "LEFT", -1.0)
    kept.keep_only([b"<p>now"])

    assert kept.find(b"<p>now")
    assert kept.find(b"<p>old") is None


def test_pictures_come_from_the_site_alone(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    drawing = "/static/articles/drawings/heel-raise.svg"
    html = f'<img class="a" src="{drawing}"><img src="/media/leg.jpg"><img src="https://example.org/x.png">'.encode()

    found = kept.pictures(html, {"/media/leg.jpg": b"JPEG"}.get)

    shipped = Path(__file__).parents[2] / "articles/static/articles/drawings/heel-raise.svg"
    assert found == {drawing: ("image/svg+xml", shipped.read_bytes()), "/media/leg.jpg": ("image/jpeg", b"JPEG")}
