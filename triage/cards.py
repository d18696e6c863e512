"""Guides and checks say the same: the care cards of every guide that leads to a check are proved against it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from articles.models import CareRulePage, GuidePage
from review import overlay
from review.problems import Problem
from triage.approval import Outcome, Text, text_of
from triage.engine.artefact import content_hash
from triage.engine.cards import Card, card, differences, statements
from triage.models import ProtocolPage
from triage.models.approval import Status
from triage.proofs import details

FIRST = 3


def cards_of(text: Text) -> list[Card]:
    """Return every rule on a card of a guide that leads to this check, as it is released."""
    proposed = list(overlay.standing_in((GuidePage,)))
    rows = GuidePage.objects.live().filter(Q(check_key=text.page.slug) | Q(pk__in=proposed))
    guides = overlay.proposed({page.pk: page for page in rows.order_by("pk")})
    found = []
    for page in guides.values():
        if page.check_key == text.page.slug:
            found += list(_cards(page, text))
    return found


def _cards(guide: Any, text: Text) -> Iterator[Card]:
    chosen, rules = list(_chosen(guide)), text.shelves["rules"]
    codes = dict(CareRulePage.objects.filter(pk__in=chosen).values_list("pk", "code"))
    for pk in chosen:
        code = codes.get(pk)
        if code is not None and code in rules:
            rule = rules[code]
            yield card(guide.title, rule, rule["conditions"])


def _chosen(guide: Any) -> Iterator[int]:
    """Yield the ids of the rules on the cards of a guide, as they are stored; a draft may have places left empty."""
    for section in guide.body.raw_data:
        for block in section["value"]["content"]:
            if block["type"] == "care_card":
                stored = (item["value"] if isinstance(item, dict) else item for item in block["value"]["rules"])
                yield from (int(value) for value in stored if value is not None)


def rests_on(text: Text) -> str:
    """Return a hash of the cards."""
    return content_hash([[one.guide, one.rule, one.disposition, one.any_of, str(one.conditions)]
                         for one in cards_of(text)])  # fmt: skip


def agreed(text: Text) -> Outcome:
    """Return whether every card says what the check says; proved over all answers, with certificates."""
    # the solver is not part of what the public site needs
    from triage.engine.prove import prove  # noqa: PLC0415
    from triage.engine.solver import SolverMissingError  # noqa: PLC0415

    cards = cards_of(text)
    link = reverse("triage_admin:proofs", args=[text.page.pk]) if text.page.pk else ""
    if plain := list(differences(text.protocol, cards)):
        more = f" And {len(plain) - FIRST} more." if len(plain) > FIRST else ""
        return Outcome(Status.FAILED, " ".join(plain[:FIRST]) + more, {"open": plain}, link)
    try:
        report = prove(
            text.protocol, budget_seconds=settings.TRIAGE_PROOF_SECONDS, certificates=True,
            statements=partial(statements, cards=cards),
        )  # fmt: skip
    except SolverMissingError as error:
        return Outcome(Status.NOT_PROVED, str(error), {}, link)
    kept = details(report) | {"cards": len(cards)}
    if report.passed:
        number = len(report.verdicts)
        return Outcome(
            Status.PASSED, f"The guides say what the check says: {number} statements are proved.", kept, link
        )
    first = report.failures[0]
    story = f" {first.story.text}" if first.story else ""
    status = Status.FAILED if first.status.value == "refuted" else Status.NOT_PROVED
    return Outcome(status, f"Guide and check differ: {first.sentence}{story}", kept, link)


def guide_problems(guide: Any) -> list[Problem]:
    """Return where a draft of a guide says something else than the check that it leads to."""
    if not isinstance(guide, GuidePage) or not guide.check_key:
        return []
    released = GuidePage.objects.filter(pk=guide.pk, live=True).first()
    if released and (released.check_key, list(_chosen(released))) == (guide.check_key, list(_chosen(guide))):
        return []
    page = ProtocolPage.objects.live().filter(slug=guide.check_key).first()
    text = text_of(page) if page else None
    if text is None:
        return []
    with overlay.showing({guide.pk: guide}):
        found = agreed(text)
    return [] if found.status == Status.PASSED else [Problem("Care cards", found.sentence, "body")]
