"""What people are told, asked and refused: guesses at signing, the words of a change, parts on hold, spreadsheets."""

import csv
import io
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone

from articles.models import (
    CareRulePage,
    ContraindicationPage,
    GuidePage,
    HomePage,
    InfoPage,
    ServicesPage,
    TechniquePage,
)
from review import actions, concerns, dashboard, demo, ticket, words
from review.difference import Change, Difference, difference
from review.doors import RefusedError
from review.enums import ChangeClass
from review.models import Concern, Event, Hold, SignOff, Standing
from review.reading import COME, GONE, in_one_sentence, readable_changes, woven
from tests.review import making
from tests.review.making import LATER, NOW, PASSWORD
from tests.review.test_screens import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting():
    return making.submitted(making.info())


@pytest.fixture
def person(client):
    found = making.reviewer()
    client.force_login(found)
    return found


@pytest.fixture
def guide():
    """The shorter one: it is rendered several times."""
    return GuidePage.objects.live().get(slug="leg-cramps-in-pregnancy")


def guess(row, who, *, now=NOW, password="wrong"):  # noqa: S107  # a wrong one
    ticket.check_person(row, who, now=now, password=password)


def test_guesses_at_signing_end_for_this_account_and_page_alone(settings, waiting, person, caplog):
    settings.REVIEW_SIGNING_TRIES = 3
    other, elsewhere = making.reviewer(), making.submitted(making.info())
    said = []
    for _ in range(4):
        with pytest.raises(RefusedError) as refused:
            guess(waiting, person)
        said.append(str(refused.value))

    assert ["2 more tries" in said[0], "1 more try" in said[1], "Too many wrong tries" in said[3]] == [True] * 3
    with pytest.raises(RefusedError, match="Too many"):
        guess(waiting, person, password=PASSWORD)
    guess(waiting, other, password=PASSWORD)
    guess(elsewhere, person, password=PASSWORD)
    guess(
        waiting,
        person,
        password=PASSWORD,
        now=NOW + timedelta(minutes=settings.REVIEW_SIGNING_PAUSE_MINUTES, seconds=1),
    )
    assert Event.objects.filter(what="signing refused", by_id=person.pk).count() == 3
    assert "Signing blocked" in caplog.text


def test_a_guesser_who_goes_from_page_to_page_is_stopped(settings, person):
    settings.REVIEW_SIGNING_TRIES = 1
    rows = [making.submitted(making.info()) for _ in range(4)]
    for row in rows[:3]:
        with pytest.raises(RefusedError, match="not right"):
            guess(row, person)

    with pytest.raises(RefusedError, match="Too many"):
        guess(rows[3], person, password=PASSWORD)


def test_a_refused_form_comes_back_with_what_was_typed_but_the_password(client, waiting, person):
    sent = form(waiting, person, password="wrong", reason="My long reason")

    seen = client.post(reverse("review:screen", args=[waiting.pk]), sent).content.decode()

    assert "My long reason" in seen
    assert seen.count('value="yes" checked') == len(making.all_yes(InfoPage.objects.get(pk=waiting.page_id)))
    assert 'value="wrong"' not in seen


def factor(user, code):
    return None if user.username.startswith("without") else code == "123456"


@pytest.mark.parametrize(("name", "asked"), [("without-factor", False), ("with-factor", True)])
def test_the_field_for_a_second_factor_is_there_for_those_who_have_one(client, settings, waiting, name, asked):
    settings.REVIEW_SECOND_FACTOR = "tests.review.test_people.factor"
    client.force_login(making.reviewer(username=name))

    seen = client.get(reverse("review:screen", args=[waiting.pk])).content.decode()

    assert ('name="code"' in seen) == asked


def test_the_screen_shows_what_is_signed_and_with_which_registration(client, waiting, person, settings):
    seen = client.get(reverse("review:screen", args=[waiting.pk])).content.decode()

    assert settings.REVIEW_STATEMENT in seen
    assert person.credentials.get().number in seen
    assert 'name="whole_page"> I have read' in seen


def test_a_comment_decides_nothing_and_a_new_sentence_makes_forms_stale(client, waiting, person):
    sent = form(waiting, person)
    actions.comment(submission=waiting, by=waiting.submitted_by, now=NOW, text="Look at the number")
    ticket.check(sent["ticket"], waiting, person)
    actions.describe(submission=waiting, by=waiting.submitted_by, now=NOW, summary="We say who checks.")
    with pytest.raises(RefusedError, match="decided"):
        ticket.check(sent["ticket"], waiting, person)

    client.post(reverse("review:screen", args=[waiting.pk]), form(waiting, person))

    assert SignOff.objects.get(submission_id=waiting.pk).summary == "We say who checks."
    with pytest.raises(RefusedError, match="signed this sentence"):
        actions.describe(submission=waiting, by=person, now=NOW, summary="Another")


def test_a_class_raised_at_submission_asks_for_its_signers():
    row = actions.submit(page=(page := making.info()), by=page.owner, now=NOW, raised_class=ChangeClass.SAFETY)

    assert row.signers_needed == 2


def test_a_one_time_code_is_not_used_up_by_a_form_that_is_refused_anyway(client, settings, waiting, person):
    asked = []
    settings.REVIEW_SECOND_FACTOR = "tests.review.test_people.counted"
    settings.CODES = asked
    for wrong in ({"answer-accurate": "no"}, {"answer-equal": "n/a", "note-equal": " "}, {"fingerprint": "0" * 64}):
        client.post(reverse("review:screen", args=[waiting.pk]), form(waiting, person, code="1", **wrong))
    assert [code for code in asked if code] == []

    client.post(reverse("review:screen", args=[waiting.pk]), form(waiting, person, code="1"))

    assert [code for code in asked if code] == ["1"]
    assert SignOff.objects.filter(submission_id=waiting.pk).exists()


def counted(user, code):
    django_settings.CODES.append(code)
    return bool(code)


@pytest.mark.parametrize(("old", "new", "same"), [
    ("<p>A b\nc</p> <p>d</p>", '<p data-block-key="x">A b c</p><p data-block-key="y">d</p>', True),
    ("<p><b>10</b> <b>mg</b></p>", "<p><b>10</b><b>mg</b></p>", False),
    ("<p>a <b>not</b> b</p>", "<p>a not b</p>", False),
    ('<p><a href="x">a</a></p>', '<p><a href="y">a</a></p>', False),
    ("<p>a</p><p>b</p>", "<p>a b</p>", False),
    ("<p>a</p>", "<p>b</p>", False),
    ("<p>a</p>", '<p style="display:none">a</p>', False),
    ("a", "a ", False),
    ("a\nb", "a\r\nb", True),
])  # fmt: skip
def test_what_only_the_editor_stores_differently_is_no_change(old, new, same):
    found = difference({"body": old}, {"body": new}, {"body": "wording"})

    assert words.same_for_readers(old, new) == same
    assert (found.stored, len(found.changes)) == ((1, 0) if same else (0, 1))


def test_a_change_in_a_guide_is_told_in_the_editor_s_words(guide):
    place = ("body", "section 7 “How can I ease it?”", "content", "dos_donts 9", "donts", "2", "instead")
    target = HomePage.objects.first()
    link = f'<p>See <a linktype="page" id="{target.pk}">here</a>.</p>'
    found = difference({"standfirst": "Rest."}, {"standfirst": "Walk."}, {})
    first = found.changes[0]
    inside = type(first)(place, place, "changed", "Up to 20 minutes.", "Up to 30 minutes.")
    linked = type(first)(("opening",), ("opening",), "changed", "<p>See here.</p>", link)

    one, two, three = readable_changes(Difference([first, inside, linked]), GuidePage())

    assert one.place == "Standfirst"
    assert two.place.endswith("› Instead")
    assert "dos_donts" not in two.place
    assert [(p.text, p.mark) for p in two.pieces if p.mark] == [("20", GONE), ("30", COME)]
    assert "number" in two.flags
    assert f"[link to “{target.title}”]" in three.new
    assert in_one_sentence([one, two], new=False).startswith("Changed: Standfirst; ")


def test_another_page_in_a_guide_is_told_by_its_title_and_what_it_is(guide):
    place = ("body", "section 6 “What helps?”", "content", "techniques 2", "items", "3", "technique")
    old, new = TechniquePage.objects.order_by("path")[:2]
    change = Change(place, place, "changed", old.pk, new.pk)

    [told] = readable_changes(Difference([change]), GuidePage())

    assert (told.old, told.new) == (f"“{old.title}”", f"“{new.title}”")
    assert told.flags == ("technique",)
    assert told.is_visible


def test_texts_that_are_unlike_are_not_woven_together():
    assert list(woven("Rest for 2 days.", "Call an ambulance at once!")) == []


def test_emergency_text_is_never_put_on_hold(guide):
    person = making.reviewer()
    cards = list(guide.blocks("care_card"))
    section = next(s for s in guide.body if any(b.block_type == "care_card" for b in s.value["content"]))
    pages = [ContraindicationPage, HomePage, ServicesPage]
    urgent = CareRulePage.objects.live().filter(disposition="emergency_now").first()

    for page, block in [(guide, cards[0].id), (guide, section.id), (guide, "no-such-part"), (urgent, ""),
                        *((model.objects.live().first(), "") for model in pages)]:  # fmt: skip
        with pytest.raises(RefusedError, match="Emergency text"):
            actions.hold(page=page, by=person, now=LATER, reason="A reader", block=block)

    assert not Hold.objects.exists()


def test_no_part_that_may_be_held_says_when_to_get_help():
    for guide in GuidePage.objects.live():
        held = guide.parts_to_hold().keys()
        assert held
        for section in guide.body:
            for block in section.value["content"]:
                if {block.id, section.id} & held:
                    assert block.block_type != "care_card"
                    assert "ambulance" not in str(block.get_prep_value()["value"])


def test_a_part_is_named_by_a_reader_held_with_one_click_and_comes_back(client, guide, person):
    part, name = next(iter(guide.parts_to_hold().items()))
    client.logout()
    url = reverse("review_public:concern", args=[guide.pk])
    assert f"?block={next(iter(guide.part_names()))}" in client.get(guide.url).content.decode()
    assert "About the part" in client.get(f"{url}?block={part}").content.decode()
    assert "About the part" not in client.get(f"{url}?block=forged").content.decode()
    client.post(url, {"text": "Unsafe", "block": part})
    concern = Concern.objects.get()
    client.force_login(person)
    listed = client.get(reverse("review:concerns")).content.decode()
    assert "put this part on hold now" in listed

    client.post(reverse("review:hold", args=[guide.pk]), {"concern": concern.pk, "block": part, "reason": "A reader"})

    assert name
    assert Concern.objects.get().harm == "serious"
    client.logout()
    assert "This part is being checked again" in client.get(guide.url).content.decode()
    actions.lift_hold(hold=Hold.objects.get(), by=person, now=LATER)
    assert "This part is being checked again" not in client.get(guide.url).content.decode()


def test_a_flood_cannot_switch_off_anything(guide, settings):
    settings.REVIEW_CONCERNS_AN_HOUR = 2
    for number in range(5):
        try:
            actions.raise_concern(page=guide, text=f"Unsafe {number}", now=NOW)
        except RefusedError:
            continue

    assert Concern.objects.count() == 2
    assert Standing.objects.get(pk=guide.pk).held == []


def test_the_public_clock_is_what_the_events_say(client, guide):
    person = making.reviewer()
    raised = [actions.raise_concern(page=guide, text="Unsafe", now=NOW + timedelta(hours=n)) for n in range(4)]
    for row, hours in zip(raised[:3], (1, 5, 9), strict=True):
        actions.close_concern(
            concern=row, by=person, now=row.raised_at + timedelta(hours=hours), harm="none", answer="No"
        )

    found = concerns.figures(NOW + timedelta(hours=30))

    events = Event.objects.filter(what__in=["concern raised", "concern closed"])
    begun = {e.data["concern"]: e.at for e in events if e.what == "concern raised"}
    took = sorted(
        (e.at - begun[e.data["concern"]]).total_seconds() / 3600 for e in events if e.what == "concern closed"
    )
    assert (found.open, found.answered, found.median_hours, found.oldest_hours) == (1, 3, took[1], 27)
    assert found.late == 1
    assert "5.0 hours" in client.get(reverse("review_public:concerns")).content.decode()


TABLES = "waiting in-review too-long overdue due-soon load credentials forecast concerns".split()


def test_tables_are_spreadsheets_without_formulas(client, person, guide):
    making.submitted(making.info(title="=HYPERLINK(1)"))
    actions.raise_concern(page=guide, text="+cmd|' /C calc'!A0", now=timezone.now())
    names = {}

    for name in TABLES:
        answer = client.get(reverse("review:table", args=[name]))
        assert answer["Content-Type"].startswith("text/csv"), name
        rows = list(csv.reader(io.StringIO(answer.content.decode())))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))], name
        names[name] = {row[0] for row in rows}

    assert all(names.values())
    assert "'=HYPERLINK(1)" in names["waiting"] & names["in-review"]


def test_who_has_no_part_in_it_sees_no_dashboard(client):
    for group, status in ((demo.ADMINISTRATORS, 302), (demo.KEEPERS, 302), (demo.EDITORS, 200), (demo.REVIEWERS, 200)):
        client.force_login(making.user(group))
        assert client.get(reverse("review:dashboard")).status_code == status
    client.force_login(making.editor())
    assert client.get(reverse("review:table", args=["concerns"])).status_code == 404


def test_the_forecast_counts_real_signatures_until_credentials_end():
    before = dashboard.hands(NOW)
    person = making.reviewer()
    row = making.submitted(making.info())
    actions.sign_off(submission=row, by=person, now=NOW, answers=making.all_yes(InfoPage.objects.get(pk=row.page_id)))

    found = dashboard.hands(NOW + timedelta(hours=1))

    assert before == []
    assert [(hand.per_month, hand.until) for hand in found] == [(1.0, person.credentials.get().valid_until)]


def test_the_first_page_tells_each_person_what_waits(client, waiting, person):
    assert "Waiting for you" in client.get("/admin/").content.decode()
    actions.request_changes(submission=waiting, by=person, now=NOW, reason="Say it shorter",
                            blocks=[{"block": "Body", "reason": "Two sentences"}])  # fmt: skip
    client.force_login(waiting.submitted_by)
    assert "Came back to you" in client.get("/admin/").content.decode()

    editor = client.get(reverse("wagtailadmin_pages:edit", args=[waiting.page_id])).content.decode()

    assert "Say it shorter" in editor
    assert "Two sentences" in editor
