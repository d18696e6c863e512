"""The public check: one address, answered from released files; no query, no cookie, nothing kept.

A failure of any kind ends in a page that says: we cannot say that it is safe, and whom to call.
"""

import functools
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from articles.dialling import standing
from articles.paper import kept
from articles.paper.printing import BusyError, NotPrintedError
from articles.translations.languages import others
from triage import counts, exports, one_page, pages
from triage.answers import State, UnreadableError, read
from triage.around import around, in_its_languages
from triage.artefacts import Check, NoCheckError
from triage.engine.safety_net import calendar_file
from triage.models import DayCount
from triage.privacy import place_of
from triage.speaking import is_source
from triage.standards.codes import Fhir
from triage.standing_shelf import shelf
from triage.steps import Show, Step, on_path, step
from triage.summary_paper import summary_pdf

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
FHIR = {Show.FHIR_R4: Fhir.R4, Show.FHIR_R5: Fhir.R5}
SAFE_GUARD = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Something went wrong</title><main><h1>Something went wrong"
    "</h1><p>We cannot say that it is safe to wait. If you think that it may be an emergency, call {number} now."
    " Otherwise phone a doctor today.</p></main></html>"
)


def careful(view: View) -> View:
    """Answer every failure with what to do, and keep no answer anywhere on the way."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except NoCheckError:
            # 410 and not 404: for a 404 a redirect would be looked up in the database
            response = _page("triage/gone.html", {}, status=410)
        except UnreadableError:
            response = _page("triage/unreadable.html", {"again": request.path}, status=400)
        except Exception as error:  # noqa: BLE001  # whatever breaks, the person must be told what to do
            log.error("A check failed: %s", place_of(error))  # noqa: TRY400  # a traceback could hold an answer
            response = _fault(request)
        _say_languages(response)
        response["Cache-Control"] = "private, no-cache"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answer


def _say_languages(response: HttpResponse) -> None:
    """Let every text of a page in another language say so where it is still that of the source."""
    if "charset" in response.get("Content-Type", "") and not is_source():
        is_page = response["Content-Type"].startswith("text/html")
        response.content = in_its_languages(response.content.decode(), is_page=is_page).encode()


def in_a_language_it_is_told_in(view: View) -> View:
    """Answer a check that is not told in the language of the address as what it is: a page in that of the source.

    Who opens it is led there; answers that were sent go on in the language of the source, in their body.
    """

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = get_language() or settings.LANGUAGE_CODE
        slug = args[0] if args else kwargs.get("slug")
        if is_source() or slug is None or shelf().is_told(slug, language):
            return view(request, *args, **kwargs)
        with override(settings.LANGUAGE_CODE):
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return _in_the_source(request, language)

    return answer


def _in_the_source(request: HttpRequest, language: str) -> HttpResponse:
    """Lead to the same page in the language in which checks are written."""
    return HttpResponseRedirect(request.path.removeprefix(f"/{language}"))


def public(*methods: str) -> Callable[[View], View]:
    """Make a view of the check: no authority and no side effect, so no token and no cookie."""

    def decorate(view: View) -> View:
        told = in_a_language_it_is_told_in(view)
        guarded = sensitive_post_parameters()(sensitive_variables()(careful(told)))
        return csrf_exempt(require_http_methods(list(methods))(guarded))

    return decorate


def _fault(request: HttpRequest) -> HttpResponse:
    try:
        return _page("triage/fault.html", {"again": request.path}, status=500)
    except Exception:  # noqa: BLE001  # nothing is left to rely on
        return HttpResponse(SAFE_GUARD.format(number=standing()), status=500)


def _page(template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Render without a request: no context processor, no session, no user, no query."""
    made = {**around(shelf()), **context}
    return HttpResponse(render_to_string(template, made), status=status)


@public("GET", "HEAD")
def index(request: HttpRequest) -> HttpResponse:
    """List the checks; where none is told in the language of the address, in that of the source."""
    language = get_language() or settings.LANGUAGE_CODE
    if not is_source() and language not in shelf().words:
        return _in_the_source(request, language)
    return _page("triage/index.html", {"checks": shelf().newest})


@public("GET", "HEAD", "POST")
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the first page, or what follows from the answers posted."""
    found = shelf()
    if request.method != "POST":
        return _page("triage/intro.html", pages.intro(found.current(slug)))
    state = read(request, slug, found)
    taken = step(state)
    today = timezone.localdate()
    _count(state, taken, today)
    return respond(state, taken, today, action=_address(slug, get_language()))


@functools.lru_cache(maxsize=256)
def _address(slug: str, language: str | None) -> str:
    """Return where the form of a check is sent in the active `language`; looked up once, as each step needs it."""
    return reverse("triage:check", args=[slug])


def respond(state: State, taken: Step, today: date, *, action: str, draft: bool = False) -> HttpResponse:
    """Return the response for a step; also used for drafts, under another address."""
    if taken.show is Show.ERASED:
        return _erased()
    if taken.show is Show.CALENDAR:
        return _calendar(state.check, taken, today)
    if taken.show is Show.SUMMARY:
        return _attachment(pages.summary(state, taken, today), "check-summary.txt", "text/plain")
    if taken.show is Show.SUMMARY_PDF:
        return _summary_pdf(state, taken, today, action=action, draft=draft)
    if taken.show in FHIR:
        if draft:
            raise UnreadableError("a draft has no address that a response could name")
        text = exports.fhir_response(state.check, on_path(state.check, taken.answers), FHIR[taken.show])
        return _attachment(text, "check-answers.json", "application/fhir+json")
    return HttpResponse(pages.page(state, taken, today, action=action, draft=draft))


def _count(state: State, taken: Step, today: date) -> None:
    """Count what was shown; the numbers of a day, without the answers."""
    if state.go == "begin":
        counts.count(state.check, DayCount.STARTED, day=today)
    if taken.show is Show.QUESTION and state.go in {"begin", "next"} and not taken.error:
        counts.count(state.check, DayCount.REACHED, taken.question, day=today)
    if taken.show in {Show.UNFINISHED, Show.ERASED} and taken.question in state.check.machine.protocol.question:
        counts.count(state.check, DayCount.LEFT, taken.question, day=today)
    if taken.show is Show.RESULT:
        level = state.check.machine.result(taken.answers).disposition or ""
        counts.count(state.check, DayCount.FINISHED, level, day=today)


def _erased() -> HttpResponse:
    """Leave for a page that says nothing of health, and ask the browser to forget what it kept."""
    response = HttpResponseRedirect(reverse("triage:cleared"), status=303)
    response["Clear-Site-Data"] = '"cache"'
    return response


@public("GET", "HEAD")
def cleared(request: HttpRequest) -> HttpResponse:
    """Say that nothing is left."""
    response = _page("triage/cleared.html", {})
    response["Clear-Site-Data"] = '"cache"'
    return response


def _calendar(check: Check, taken: Step, today: date) -> HttpResponse:
    net = pages.report_of(check, taken.answers, today).net
    if net is None:
        raise UnreadableError("there is no date to remember")
    text = calendar_file(net, today=today, title=gettext("Look again"), uid=f"{uuid4()}@gaitway")
    return _attachment(text, "reminder.ics", "text/calendar")


def _summary_pdf(state: State, taken: Step, today: date, *, action: str, draft: bool) -> HttpResponse:
    """Print the summary; where that fails the result stays as it was, with the other ways to take it along."""
    try:
        # on paper for whoever treats the person, so in the language in which the release was signed
        with override(settings.LANGUAGE_CODE):
            source = replace(
                state, check=shelf().version(state.check.document["slug"], state.check.hash) or state.check
            )
            printed = summary_pdf(source, taken, today, draft=draft)
        return _attachment(printed, "check-summary.pdf", kept.PDF)
    except NotPrintedError as error:
        status = 429 if isinstance(error, BusyError) else 503
        result = Step(Show.RESULT, taken.answers)
        shown = pages.page(state, result, today, action=action, draft=draft, not_printed=True)
        return HttpResponse(shown, status=status, headers={"Retry-After": "2"})


def _attachment(text: str | bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind if isinstance(text, bytes) else f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@public("GET", "HEAD")
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the check as a sheet to print."""
    return _page("triage/paper.html", pages.paper(shelf().current(slug)))


@public("GET", "HEAD")
def paper_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the sheet as it was printed beside us."""
    if not kept.is_possible():
        raise NoCheckError(slug)
    found = shelf()
    number = around(found)["dial"].phrase
    return kept.answer(request, sheet_html(found.current(slug)), f"{slug}-sheet", lambda: number)


def sheet_html(check: Check) -> bytes:
    """Return the page that a sheet is printed from."""
    made = render_to_string("triage/paper.html", {**around(shelf()), **pages.paper(check)})
    return in_its_languages(made).encode()


def sheets() -> dict[str, bytes]:
    """Return what each sheet is printed from, by the path of its page, in every language."""
    made: dict[str, bytes] = {}
    for language in (settings.LANGUAGE_CODE, *(code for code, _ in others())):
        with override(language):
            found = shelf()
            made |= {reverse("triage:paper", args=[slug]): sheet_html(found.current(slug)) for slug in found.checks}
    return made


@public("GET", "HEAD")
def says(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a check says on one page, for professionals."""
    return _page("triage/one_page.html", pages.says(shelf().current(slug)))


@public("GET", "HEAD")
def says_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the same as a table for a spreadsheet."""
    found = one_page.kept(shelf().current(slug))
    if found is None:
        raise NoCheckError(slug)
    return _attachment(one_page.as_csv(found), f"{slug}-on-one-page.csv", "text/csv")
