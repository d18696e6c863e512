"""Proof from the data; what the people of the review are told; what the months to come will bring."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone
from wagtail.models import Page

from articles.models import TermPage
from review import actions, dashboard, digests
from review.audit import chain_faults, faults
from review.models import Release, SignOff
from review.models.evidence import ChainHead
from tests.past_the_triggers import past_the_triggers
from tests.review import making
from tests.review.making import NOW

pytestmark = pytest.mark.django_db


def past_the_gate(sql: str, *values) -> None:
    """Run SQL as somebody who owns the database."""
    with past_the_triggers(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_all_is_well_to_begin_with(capsys):
    making.released(making.term(sources=[making.released(making.source())]))

    call_command("audit_releases")

    assert "all proved" in capsys.readouterr().out


# What somebody who owns the database may do to a page, and what the audit then says: of it, or of its entry.
TAMPERED = [
    ("UPDATE review_signoff SET statement = 'x' WHERE page_id = %s", "(page {page}) was altered"),
    ("UPDATE review_signoff SET fingerprint = 'x' WHERE page_id = %s", "(page {page}) was altered"),
    ("DELETE FROM review_signoff WHERE page_id = %s", "(page {page}): signatures are missing"),
    ("UPDATE review_release SET summary = 'x' WHERE page_id = %s", "(page {page}) was altered"),
    ("DELETE FROM review_release WHERE page_id = %s", "release {entry} is missing"),
    ("DELETE FROM review_standing WHERE page_id = %s", "(page {page}): public without a release"),
    ("UPDATE articles_termpage SET definition = 'x' WHERE page_ptr_id = %s",
     "(page {page}): not the text that was signed"),
    ("UPDATE wagtailcore_page SET title = 'x' WHERE id = %s", "(page {page}): not the text that was signed"),
    ("UPDATE wagtailcore_page SET expire_at = '2030-01-01' WHERE id = %s",
     "(page {page}): has a date to appear or to vanish"),
    ("UPDATE wagtailcore_page SET live_revision_id = NULL WHERE id = %s", "(page {page}): its signed revision is gone"),
    ("UPDATE wagtailcore_page SET path = '0001000199990001' WHERE id = %s",
     "Page {page} does not stand where its address says"),
    ("UPDATE wagtailcore_page SET live = (1 = 0) WHERE id = %s", "Page {page} was released but is not on the site"),
]  # fmt: skip


def test_the_audit_names_each_thing_that_is_wrong(capsys):
    pages = list(TermPage.objects.live().order_by("-pk")[: len(TAMPERED)])
    said = []
    for page, (sql, sentence) in zip(pages, TAMPERED, strict=True):
        entry = Release.objects.get(page_id=page.pk).number
        said.append(sentence.format(page=page.pk, entry=entry))
        past_the_gate(sql, page.pk)

    with pytest.raises(CommandError):
        call_command("audit_releases")

    told = capsys.readouterr().err
    assert [sentence for sentence in said if sentence not in told] == []
    untouched = TermPage.objects.live().exclude(pk__in=[page.pk for page in pages])
    assert not [page.pk for page in untouched if f"(page {page.pk})" in told]


def test_a_lost_end_of_the_chain_is_found():
    making.released(making.info())
    last = Release.objects.last()
    past_the_gate("DELETE FROM review_release WHERE id = %s", last.pk)

    assert any("The end of the chain" in fault for fault in faults())


def test_a_thousand_signatures_are_proved_in_ten_seconds():
    first = SignOff.objects.filter(page_type="articles.termpage").last()
    head = ChainHead.objects.get(name="signoff")
    values = {f.name: getattr(first, f.name) for f in SignOff._meta.fields if f.name not in {"id", "submission_id"}}
    rows, previous = [], head.hash
    for number in range(1, 1001):
        row = SignOff(**values | {"number": head.number + number, "previous": previous}, submission_id=10**7 + number)
        row.previous_of_page = rows[-1].hash if rows else first.hash
        row.hash = previous = row.computed_hash()
        rows.append(row)
    with past_the_triggers():
        models.QuerySet(SignOff).bulk_create(rows)
        models.QuerySet(ChainHead).filter(pk=head.pk).update(number=rows[-1].number, hash=previous)

    begun = time.process_time()
    found = list(chain_faults(SignOff))

    assert found == []
    assert time.process_time() - begun < 10


def test_a_digest_goes_to_those_who_have_something_to_do(mailoutbox):
    making.submitted(making.info())
    person, idle = making.reviewer(), making.editor()

    digests.send(timezone.now())

    told = {address for message in mailoutbox for address in message.to}
    assert person.email in told
    assert idle.email not in told
    assert any("To review" in m.body for m in mail.outbox)


def test_what_needs_a_second_person_is_told(mailoutbox):
    warned = making.released(making.info(title="Warned", body="<p>Rest for 2 days.</p>"))
    warned = making.released(making.edited(warned, body="<p>Rest for 2 days. Never run.</p>"))
    gone = making.released(making.info(title="Gone", body="<p>Rest for 2 days.</p>"))
    person = making.reviewer()
    first = Release.objects.filter(page_id=warned.pk).first()
    now = timezone.now()
    actions.roll_back(page=warned, release_hash=first.hash, by=person, now=now, reason="Too strict")
    actions.withdraw(page=gone, by=person, now=now, reason="A fault")

    digests.send(now)

    told = next(m.body for m in mailoutbox if person.email in m.to and "what waits" in m.subject)
    assert "a second reviewer has to agree to: Warned" in told
    assert "for a second one to look at: Gone" in told


def test_an_ending_credential_is_told_to_its_keepers(mailoutbox):
    making.reviewer(valid_until=timezone.localdate() + timedelta(days=30))
    keeper = making.keeper()

    digests.send(timezone.now())

    assert any(keeper.email in m.to and "valid until" in m.body for m in mailoutbox)


def test_waiting_too_long_depends_on_the_class(settings):
    settings.REVIEW_WAITING_DAYS = {"safety": 2, "clinical": 7, "wording": 14}
    row = making.submitted(making.info(body="<p>Rest for 2 days.</p>"))

    assert [late.submission for late in dashboard.waiting_too_long(NOW + timedelta(days=1))] == []
    (late,) = dashboard.waiting_too_long(NOW + timedelta(days=3))
    assert (late.submission, late.days, late.allowed) == (row, 3, 2)


def test_the_scheduler_goes_on_after_a_refusal(capsys):
    person = making.reviewer()
    bad, good = making.signed(making.info()), making.signed(making.info())
    for row in (bad, good):
        actions.schedule(submission=row, by=person, now=NOW, at=NOW + timedelta(hours=1))
    credential = SignOff.objects.filter(submission_id=bad.pk).first().reviewer["credential_id"]
    holder = type(person.credentials.get()).objects.get(pk=credential)
    actions.revoke_credential(credential=holder, by=making.keeper(), now=NOW, reason="Struck off")

    call_command("publish_scheduled")

    assert not Page.objects.get(pk=bad.page_id).live
    assert Page.objects.get(pk=good.page_id).live
