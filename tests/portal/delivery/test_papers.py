"""Guides as PDF: there exactly while the page is that they were printed from."""

import dataclasses
import os
import re
from unittest import mock

import pypdfium2
import pytest
from django.core.handlers.base import BaseHandler
from django.db import OperationalError, connection

from articles.models import GuidePage
from articles.paper import kept as prints
from articles.paper.printing import NotPrintedError
from portal.checks import papers_can_be_printed
from portal.delivery import keeper as keepers
from portal.delivery import papers
from review import actions
from tests import papers as pdfs
from tests.review import making

pytestmark = pytest.mark.django_db
GUIDE = "/guides/calf-soreness/"
PDF = f"{GUIDE}calf-soreness.pdf"


class OnePress:
    """Says what it was given, in no time."""

    fails = False

    def __init__(self, **limits):
        self.jobs = []

    def to_pdf(self, job, *, wait):
        if self.fails:
            raise NotPrintedError("SIGXCPU")
        return b"%PDF " + job.foot.encode()

    def stop(self):
        pass


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.PAPERS_DIR = tmp_path / "papers"
    settings.PRINT_PAPERS = True


@pytest.fixture
def handler():
    made = BaseHandler()
    made.load_middleware()
    return made


@pytest.fixture
def press(monkeypatch):
    monkeypatch.setattr(papers, "Press", OnePress)
    monkeypatch.setattr(papers, "sheets", dict)
    return OnePress


@pytest.fixture
def printed(kept, committed, press, handler):
    committed()
    kept.follow()
    assert kept.fill(GUIDE)
    assert papers.print_all(handler) == {}
    return kept


def test_a_guide_leads_to_its_print(client, printed):
    page = client.get(GUIDE).content.decode()
    found = client.get(PDF)

    assert 'href="calf-soreness.pdf"' in page
    assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
    assert found["Content-Disposition"] == 'inline; filename="calf-soreness.pdf"'
    assert "Why is my calf sore?" in found.content.decode()
    assert "Set-Cookie" not in found
    assert client.get(PDF, headers={"If-None-Match": found["ETag"]}).status_code == 304


def test_a_print_is_gone_with_its_page(client, printed, committed):
    actions.withdraw(
        page=GuidePage.objects.get(slug="calf-soreness"), by=making.reviewer(), now=making.LATER, reason="Wrong."
    )
    committed()

    assert client.get(PDF).status_code == 404
    printed.follow()
    assert client.get(PDF).status_code == 404


def test_a_changed_page_has_another_print(client, printed, handler):
    page = printed.store.read(GUIDE)
    other = {name: body.replace(b"Why is my calf sore?", b"Another question") for name, body in page.bodies.items()}
    printed.store.write(dataclasses.replace(page, bodies=other))
    before = client.get(PDF)
    papers.print_all(handler)

    assert (before.status_code, b"being made" in before.content) == (202, True)
    assert b"Another question" in client.get(PDF).content


def test_a_print_is_there_while_the_database_is_down(client, printed):
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        assert client.get(PDF).status_code == 200


@pytest.mark.parametrize("path", ["/causes/muscle-cramp/muscle-cramp.pdf", "/guides/nothing/nothing.pdf", "/x/x.pdf"])
def test_what_has_no_print_is_not_found(client, kept, path):
    assert client.get(path).status_code == 404


def test_without_a_press_no_page_leads_to_a_print(client, printed, settings):
    settings.PRINT_PAPERS = settings.KEEP_PAGES = False

    assert b"calf-soreness.pdf" not in client.get(GUIDE).content
    assert client.get(PDF).status_code == 404


def test_what_cannot_be_printed_is_named(kept, committed, press, handler, monkeypatch):
    monkeypatch.setattr(press, "fails", True)
    committed()
    kept.follow()
    assert kept.fill(GUIDE)

    assert papers.print_all(handler) == {GUIDE: "SIGXCPU"}


def test_another_process_prints_once_pages_were_made_or_a_print_was_missed(monkeypatch, settings):
    started = []
    monkeypatch.setattr(papers, "_at_work", [])
    monkeypatch.setattr(papers, "_state", {"made": -1, "next": 0.0})
    monkeypatch.setattr(papers.subprocess, "Popen", lambda *args, **more: started.append(args) or mock.Mock(pid=7))
    nice, busy = mock.Mock(), mock.Mock()
    monkeypatch.setattr(papers.os, "setpriority", nice)
    monkeypatch.setattr(papers, "_spare", busy)

    busy.is_there.return_value = False
    papers.print_soon(3)
    assert started == []  # readers need the machine
    busy.is_there.return_value = True
    papers.print_soon(3)
    assert len(started) == 1
    assert "--patient" in started[0][0]
    nice.assert_called_once_with(os.PRIO_PROCESS, 7, 19)  # behind readers
    papers._at_work[0].poll.return_value = 0
    papers.print_soon(4)
    assert len(started) == 1  # not so soon after the last
    papers._state["next"] = 0.0
    papers.print_soon(3)
    assert len(started) == 1  # nothing new
    prints.want()
    papers.print_soon(3)
    assert len(started) == 2
    assert not (prints.folder() / prints.WANTED).exists()


def test_the_start_says_what_is_missing(monkeypatch, settings):
    monkeypatch.setattr("portal.checks.printing.missing", lambda: ["libpango-1.0-0"])

    assert "libpango-1.0-0" in papers_can_be_printed()[0].msg
    settings.PRINT_PAPERS = False
    assert papers_can_be_printed() == []


@pytest.mark.long
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the same words on every database")
def test_a_whole_guide_can_be_read_aloud_and_says_where_it_is_from(kept, committed, monkeypatch, handler):
    monkeypatch.setattr(papers, "sheets", dict)
    committed()
    kept.follow()
    assert kept.fill(GUIDE)
    assert papers.print_all(handler) == {}
    pdf = prints.find(keepers.store().read(GUIDE).bodies[""])
    words, pages = pdfs.text_of(pdf), pypdfium2.PdfDocument(pdf)
    standing = GuidePage.objects.get(slug="calf-soreness").review_facts

    assert pdfs.faults(pdf) == []
    assert all(alt for tag, alt in pdfs.tags(pdf) if tag == "Figure")
    assert all(pdfs.fonts(pdf).values())
    assert standing.fingerprint in re.sub(r"[^0-9a-zA-Z]", "", words)
    assert f"Next review: {standing.due_on.day} {standing.due_on:%B %Y}" in words
    assert "It may be out of date" in words
    assert "Skip to the main content" not in words
    assert 20 <= len(pages) <= 34
    assert min(len(page.get_textpage().get_text_bounded()) for page in list(pages)[:-1]) > 500
