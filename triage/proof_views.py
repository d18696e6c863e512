"""Screens about proofs: what holds for a draft, and the people for whom it does not."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from review.fingerprint import fingerprint
from triage import approval, changes, one_page, proving
from triage.answers import fields
from triage.artefacts import Check
from triage.drafts import check_of, draft_for
from triage.engine import naming
from triage.engine.answers import clean_all
from triage.engine.diagram import svg
from triage.engine.join import JoinError
from triage.engine.parse import ProtocolError
from triage.engine.protocol import Answers
from triage.models.approval import ApprovalRun
from triage.result_page import answer_words
from triage.steps import on_path


@require_safe
def proofs(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what is proved of the latest draft, and what else must have passed before it can be signed."""
    draft = draft_for(request.user, page_id)
    text = approval.text_of(draft)
    held = approval.held(text) if text else {}
    checks = [(name, held.get(name)) for name in approval.CHECKS]
    change = changes.change_of(draft, text)
    groups = changes.by_direction(change.details["groups"]) if change else []
    context = {"page": draft, "proof": proving.panel(draft, text), "checks": checks, "change": change, "groups": groups}
    return render(request, "triage/admin/proofs.html", context)


@dataclass(frozen=True)
class Row:
    """One answer in words."""

    question: str
    answer: str
    differs: bool


@dataclass(frozen=True)
class Person:
    """Somebody invented by a proof, and what the draft says to them."""

    rows: list[Row]
    told: str
    rules: list[str]
    advised: list[str]
    open: list[str]
    fields: Mapping[str, str]


@require_safe
def story(request: HttpRequest, page_id: int, run: int, number: int) -> HttpResponse:
    """Show one counterexample; its answers stay in the record and in the form, never in an address."""
    draft = draft_for(request.user, page_id)
    row = get_object_or_404(ApprovalRun, pk=run, page_id=page_id)
    failures = row.details.get("failures", [])
    if not 0 < number <= len(failures):
        raise Http404
    failure = failures[number - 1]
    context = {"page": draft, "failure": failure, "run": row}
    try:
        check = check_of(draft)
    except (JoinError, ProtocolError):
        return render(request, "triage/admin/story.html", context)
    text = approval.Text(draft)
    everybody = [clean_all(check.machine.protocol, one) for one in failure["people"]]
    people = [person(check, answers, everybody) for answers in everybody]
    context |= {"people": people, "changed": text.source_hash != row.source_hash}
    return render(request, "triage/admin/story.html", context)


def person(check: Check, answers: Answers, everybody: list[Answers]) -> Person:
    """Return one person with what the draft says to them now."""
    path = on_path(check, answers)
    result = check.machine.result(path)
    protocol = check.machine.protocol
    words = answer_words(check, path)
    rows = [
        Row(one.question, one.answer, any(other.get(key) != answer for other in everybody))
        for (key, answer), one in zip(path.items(), words, strict=True)
    ]
    return Person(
        rows=rows,
        told=protocol.disposition[result.disposition].label if result.disposition else "nothing",
        rules=[naming.rule(protocol, code) for code in dict.fromkeys(item.code for item in result.fired)],
        advised=[protocol.module[code].title for code in result.shown],
        open=[protocol.block[code].title for code in result.on],
        fields=fields(path),
    )


@require_safe
def says(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what the latest draft says on one page: what its reviewers sign."""
    draft = draft_for(request.user, page_id)
    try:
        check = check_of(draft)
    except (JoinError, ProtocolError):
        return render(request, "triage/admin/says.html", {"page": draft})
    found = one_page.one_page(check, one_page.covered_by(fingerprint(draft), page_id))
    if "csv" in request.GET:
        response = HttpResponse(one_page.as_csv(found), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{draft.code}-draft-on-one-page.csv"'
        return response
    context = {"page": draft, "says": found, "picture": svg(check.machine.protocol), "version": check.hash}
    return render(request, "triage/admin/says.html", context)
