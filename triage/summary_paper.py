"""The summary for a doctor as PDF: printed when somebody asks for it, from what they posted; kept nowhere."""

from datetime import date
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext

from articles.addresses import absolute
from articles.paper import kept
from articles.paper.printing import Job, NotPrintedError, Press
from articles.translations.marked import bare
from triage import pages
from triage.answers import OTHER, State
from triage.around import in_its_languages
from triage.result_page import dates_of
from triage.speaking import day_words
from triage.steps import Step


@cache
def _press() -> Press:
    """Return this process's press for readers: one summary at a time, so that nobody keeps the others waiting."""
    seconds, memory = settings.PAPER_LIMITS["summary"]
    return Press(seconds=seconds, memory=memory)


def summary_pdf(state: State, taken: Step, today: date, *, draft: bool) -> bytes:
    """Return the summary as PDF; raises BusyError while another one is printed, NotPrintedError when it cannot be."""
    if not kept.is_possible():
        raise NotPrintedError
    html = summary_html(state, taken, today, draft=draft)
    title = str(state.check.document["title"])
    address = absolute(f"/check/{state.check.document['slug']}/")
    words = gettext("Made on %(day)s from what one person answered. The check may have changed: look at the live page.")
    made = words % {"day": day_words(today, dates_of(state.check))}
    return _press().to_pdf(Job(html.encode(), foot=bare(f"{title} · {address}"), made=bare(made)), wait=False)


def summary_html(state: State, taken: Step, today: date, *, draft: bool) -> str:
    """Return the page that is printed."""
    told = {**pages.tell(state, taken, today), "for_other": state.who == OTHER, "draft": draft}
    return in_its_languages(render_to_string("triage/summary_paper.html", told))
