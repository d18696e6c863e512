"""The screens of raw texts: the list, bringing one in, and the ledger beside the text."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from articles.models import ClaimDecision, LedgerClaim, RawText, Ruling
from articles.quarantine import actions, queries
from articles.quarantine.forms import BringInForm, BulkForm, DecisionForm, ReopenForm
from articles.quarantine.hints import HintKind
from articles.quarantine.permissions import can_decide, can_read
from articles.quarantine.reading import UnreadableError
from review.doors import RefusedError

View = Callable[..., HttpResponse]
ON_A_PAGE = 30


def readers(view: View) -> View:
    """Let in whoever may read raw texts."""

    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_read(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return let_in


def deciders(view: View) -> View:
    """Let in whoever may decide about claims."""

    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_decide(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return let_in


@require_safe
@readers
def index(request: HttpRequest) -> HttpResponse:
    """List the raw texts with how far each ledger is."""
    page = Paginator(queries.raw_texts(), ON_A_PAGE).get_page(request.GET.get("p"))
    return render(request, "quarantine/index.html", {"page": page, "decides": can_decide(request.user)})


@deciders
def bring_in(request: HttpRequest) -> HttpResponse:
    """Take in a raw text, or say why it is refused."""
    form = BringInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        body, name = form.brought()
        told = {key: form.cleaned_data[key] for key in ("title", "language_path")}
        try:
            raw = actions.bring_in(body=body, file_name=name, **told, by=request.user, now=timezone.now())
        except (UnreadableError, RefusedError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The text is kept as it came. Nothing of it is public. Decide claim by claim.")
            return redirect("quarantine:ledger", raw.pk)
    return render(request, "quarantine/bring_in.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@readers
def ledger(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Show a raw text and, beside it, one claim to decide about and the list of claims."""
    raw = get_object_or_404(RawText.objects.defer("original").select_related("origin"), pk=raw_id)
    last = queries.last_said(raw, request.user)
    # filled in and not decided: a person reads the claim and presses the button
    again = DecisionForm(initial=DecisionForm.values_of(last)) if last and "again" in request.GET else DecisionForm()
    return _ledger(request, raw, again, last=last)


def _ledger(
    request: HttpRequest, raw: RawText, form: DecisionForm, *, last: ClaimDecision | None = None, status: int = 200
) -> HttpResponse:
    rows = queries.ledger(raw)
    asked = {**request.GET.dict(), **request.POST.dict()}
    show = asked.get("show", queries.ALL)
    some = queries.chosen(rows, show)
    at = next((row for row in rows if str(row.claim.pk) == asked.get("at")), None)
    at = at or queries.next_undecided(some, -1) or (some or rows)[0]
    place = some.index(at) if at in some else -1
    shown = {
        "raw": raw, "rows": some, "sheet": queries.sheet_of(some, place), "last": last, "at": at,
        "parts": queries.parts(raw, rows), "progress": queries.progress(rows),
        "show": show, "rulings": Ruling, "hint_kinds": HintKind, "decides": can_decide(request.user), "form": form,
        "reopen": ReopenForm(), "before": some[place - 1] if place > 0 else None,
        "after": some[place + 1] if 0 <= place < len(some) - 1 else None,
        "like": queries.like(at.claim), "history": queries.history(at.claim), "in_bulk": actions.IN_BULK,
    }  # fmt: skip
    return render(request, "quarantine/ledger.html", shown, status=status)


@require_POST
@deciders
def decide(request: HttpRequest, raw_id: int, claim_id: int) -> HttpResponse:
    """Decide about one claim and go on to the next; a refused form keeps what was typed."""
    raw = get_object_or_404(RawText.objects.defer("original").select_related("origin"), pk=raw_id)
    claim = get_object_or_404(LedgerClaim, pk=claim_id, raw=raw)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            actions.decide(claims=[claim.pk], judgement=form.judgement(), by=request.user, now=timezone.now())
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            again = f"{reverse('quarantine:ledger', args=[raw.pk])}?at={claim.pk}#claim"
            told = f"“{Truncator(claim.words).chars(60)}”: {Ruling(form.cleaned_data['ruling']).label.lower()}."
            messages.success(request, told, buttons=[messages.button(again, "Look at it again")])
            return _go_on(request, raw, claim.start)
    return _ledger(request, raw, form, status=400)


@require_POST
@deciders
def reopen(request: HttpRequest, raw_id: int, claim_id: int) -> HttpResponse:
    """Open a claim again, with a reason; what was decided before stays in its history."""
    raw = get_object_or_404(RawText.objects.only("pk"), pk=raw_id)
    claim = get_object_or_404(LedgerClaim, pk=claim_id, raw=raw)
    judgement = actions.Judgement(ruling=Ruling.UNDECIDED, reason=request.POST.get("reason", "").strip()[:2000])
    return _tried(
        request, raw, claim,
        lambda: actions.decide(claims=[claim.pk], judgement=judgement, by=request.user, now=timezone.now()),
    )  # fmt: skip


@require_POST
@deciders
def split(request: HttpRequest, raw_id: int, claim_id: int) -> HttpResponse:
    """Take a claim apart after a word."""
    raw = get_object_or_404(RawText.objects.only("pk"), pk=raw_id)
    claim = get_object_or_404(LedgerClaim, pk=claim_id, raw=raw)
    after = request.POST.get("words", "")
    words = int(after) if after.isdecimal() and len(after) < 6 else 0  # noqa: PLR2004  # longer than any claim
    return _tried(
        request, raw, claim,
        lambda: actions.split(claim=claim.pk, words=words, by=request.user, now=timezone.now()),
    )  # fmt: skip


def _tried(request: HttpRequest, raw: RawText, claim: LedgerClaim, action: Callable[[], Any]) -> HttpResponse:
    """Do something, say why it was refused, and come back to the claim."""
    try:
        action()
    except RefusedError as error:
        messages.error(request, str(error))
    return redirect(_address(request, raw.pk, claim.pk))


@require_POST
@deciders
def bulk(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Say the same of several claims."""
    raw = get_object_or_404(RawText.objects.defer("original"), pk=raw_id)
    rows = queries.ledger(raw)
    form = BulkForm(request.POST, known=[row.claim.pk for row in rows])
    ticked = form.cleaned_data["claims"] if form.is_valid() else []
    if form.is_valid() and form.cleaned_data["shown"]:
        # those that can be meant: what is decided stays so, and only what is decided can be opened again
        decided = form.cleaned_data["ruling"] == Ruling.UNDECIDED
        shown = queries.chosen(rows, request.POST.get("show", queries.ALL))
        ticked = [row.claim.pk for row in shown if row.claim.is_decided == decided]
    if not ticked:
        messages.error(request, "Tick the claims, choose what holds of them, and give a reason.")
        return redirect(_address(request, raw.pk))
    judgement = actions.Judgement(ruling=form.cleaned_data["ruling"], reason=form.cleaned_data["reason"])
    try:
        decided = actions.decide(claims=ticked, judgement=judgement, by=request.user, now=timezone.now())
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{len(decided)} claims: {Ruling(judgement.ruling).label.lower()}.")
    return redirect(_address(request, raw.pk))


@require_POST
@deciders
def look_again(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Make the hints anew with what the portal knows now."""
    raw = get_object_or_404(RawText.objects.defer("original"), pk=raw_id)
    count = actions.look_again(raw=raw, by=request.user)
    messages.success(request, f"The machine has looked again: hints on {count} claims. No decision was touched.")
    return redirect(_address(request, raw.pk))


def _go_on(request: HttpRequest, raw: RawText, after: int) -> HttpResponse:
    """Lead to the next undecided claim of what is shown."""
    rows = queries.chosen(queries.ledger(raw), request.POST.get("show", queries.ALL))
    following = queries.next_undecided(rows, after)
    if following is None:
        messages.success(request, "Every claim that is shown here is decided.")
    return redirect(_address(request, raw.pk, following.claim.pk if following else None))


def _address(request: HttpRequest, raw_id: int, claim_id: int | None = None) -> str:
    asked = {"show": request.POST.get("show", ""), "at": claim_id or ""}
    query = urlencode({key: value for key, value in asked.items() if value})
    return reverse("quarantine:ledger", args=[raw_id]) + (f"?{query}#claim" if query else "")
