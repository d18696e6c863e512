"""The screens of the review, as reviewers, editors and keepers use them."""

import re

import pytest
from django.urls import reverse

from articles.models import InfoPage
from review import actions, demo, ticket
from review.enums import State
from review.models import Concern, Credential, Event, Hold, Release, SignOff, Standing, Submission
from tests.review import making
from tests.review.making import NOW, PASSWORD

pytestmark = pytest.mark.django_db


def form(row: Submission, person, **values: str) -> dict[str, str]:
    """Return what the form of the screen sends."""
    page = InfoPage.objects.get(pk=row.page_id)
    return {
        "decision": "sign", "fingerprint": row.fingerprint, "ticket": ticket.issue(row, person), "password": PASSWORD,
        "whole_page": "on", "release": "on", **{f"answer-{key}": value for key, value in making.all_yes(page).items()},
    } | values  # fmt: skip


@pytest.fixture
def waiting():
    return making.submitted(making.info())


@pytest.fixture
def person(client):
    found = making.reviewer()
    client.force_login(found)
    return found


def test_from_reading_to_public(client, waiting, person):
    url = reverse("review:screen", args=[waiting.pk])
    seen = client.get(url).content.decode()
    assert "Who checks our words." in seen
    assert "Sign this text" in seen
    for _ in range(waiting.signers_needed):
        client.force_login(signer := making.reviewer())
        client.post(url, form(waiting, signer))

    assert InfoPage.objects.get(pk=waiting.page_id).live


def test_a_form_sent_twice_signs_once(client, waiting, person):
    url, sent = reverse("review:screen", args=[waiting.pk]), form(waiting, person)
    client.post(url, sent)
    client.post(url, sent)

    assert SignOff.objects.filter(submission_id=waiting.pk).count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"password": "wrong"}, {"ticket": "forged"}, {"ticket": ""}, {"fingerprint": "0" * 64}, {"fingerprint": ""},
        {"answer-accurate": "no"}, {"answer-accurate": "n/a"}, {"decision": "approve"}, {"decision": ""},
        {"raised_class": "wording"},
    ],
)  # fmt: skip
def test_a_wrong_form_signs_nothing(client, person, values):
    page = making.info(body="<p>Rest for 2 days.</p>")
    row = making.submitted(page)

    answer = client.post(reverse("review:screen", args=[row.pk]), form(row, person, **values))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert SignOff.objects.filter(submission_id=row.pk).count() == 0


def test_a_form_of_somebody_else_is_refused(client, waiting, person):
    other = making.reviewer()

    client.post(reverse("review:screen", args=[waiting.pk]), form(waiting, other))

    assert SignOff.objects.filter(submission_id=waiting.pk).count() == 0


def test_a_form_from_before_another_decision_is_refused(client, waiting, person):
    stale = form(waiting, person)
    actions.decline(submission=waiting, by=making.reviewer(), now=NOW, reason="Conflict")

    client.post(reverse("review:screen", args=[waiting.pk]), stale)

    assert SignOff.objects.filter(submission_id=waiting.pk).count() == 0


def no_code(user, code):
    return code == "123456"


@pytest.mark.parametrize(("code", "count"), [("123456", 1), ("", 0)])
def test_a_second_factor_is_asked_for_where_it_is_set_up(client, waiting, person, settings, code, count):  # noqa: PLR0917
    settings.REVIEW_SECOND_FACTOR = "tests.review.test_screens.no_code"

    client.post(reverse("review:screen", args=[waiting.pk]), form(waiting, person, code=code))

    assert SignOff.objects.filter(submission_id=waiting.pk).count() == count


def test_the_author_reads_but_is_not_asked_to_sign(client, waiting):
    client.force_login(waiting.submitted_by)

    seen = client.get(reverse("review:screen", args=[waiting.pk])).content.decode()

    assert "Sign this text" not in seen


def test_changes_are_requested_for_blocks(client, waiting, person):
    client.post(
        reverse("review:screen", args=[waiting.pk]),
        form(waiting, person, **{"decision": "changes", "reason": "See there", "reason-1": "Who says so?"}),
    )

    assert Submission.objects.get(pk=waiting.pk).state == State.CHANGES_REQUESTED
    assert Event.objects.get(what="changes requested").data["blocks"] == [{"block": "Body", "reason": "Who says so?"}]


@pytest.mark.parametrize("which", ["live", "proposed"])
def test_live_and_proposed_are_rendered_for_reviewers_only(client, which):
    page = making.released(making.info(body="<p>Old words.</p>"))
    row = making.submitted(making.edited(page, body="<p>Fresh words.</p>"))
    url = reverse("review:rendered", args=[row.pk, which])
    client.force_login(making.user(demo.KEEPERS))
    assert client.get(url).status_code != 200
    client.force_login(making.reviewer())

    seen = client.get(url).content.decode()

    assert ("Old words." in seen, "Fresh words." in seen) == (which == "live", which == "proposed")


def test_the_dashboard_shows_what_waits_but_not_ones_own(client, waiting, person):
    assert waiting.title in client.get(reverse("review:dashboard")).content.decode()
    author = waiting.submitted_by
    client.force_login(author)

    text = client.get(reverse("review:dashboard")).content.decode()

    assert "Nothing waits for you." in text


def test_a_page_that_shows_the_change_is_rendered_with_it(client):
    source = making.released(making.source())
    page = making.released(making.term(sources=[source]))
    row = making.submitted(making.edited(source, organisation="Fresh organisation"))
    client.force_login(making.reviewer())

    seen = client.get(reverse("review:rendered", args=[row.pk, str(page.pk)])).content.decode()

    assert "Fresh organisation" in seen


@pytest.mark.parametrize("count", [1, 3])
def test_the_dashboard_asks_the_database_the_same_for_any_number(client, person, count, django_assert_max_num_queries):
    for _ in range(count):
        making.submitted(making.info())
    client.get(reverse("review:dashboard"))  # reads once what every later request knows

    with django_assert_max_num_queries(40):
        client.get(reverse("review:dashboard"))


def test_withdraw_confirm_and_roll_back_from_the_page_of_the_review(client, person):
    page = making.released(making.info(body="<p>Rest for 2 days.</p>"))
    home = reverse("review:page", args=[page.pk])
    assert "Withdraw at once" in client.get(home).content.decode()
    client.post(reverse("review:withdraw", args=[page.pk]), {"reason": "A fault"})
    assert not InfoPage.objects.get(pk=page.pk).live
    client.force_login(making.reviewer())
    client.post(reverse("review:confirm", args=[page.pk]))
    assert not Standing.objects.get(pk=page.pk).second_person_needed
    look = re.search(r'href="(/admin/review/page/\d+/back-to/\d+/)"', client.get(home).content.decode()).group(1)
    seen = client.get(look).content.decode()
    assert "A second person looks at it afterwards" in seen

    sent = {"release": Release.objects.filter(page_id=page.pk).first().hash, "reason": "No fault"}
    client.post(reverse("review:roll-back", args=[page.pk]), sent | {"seen": "0" * 64})
    assert not InfoPage.objects.get(pk=page.pk).live
    client.post(reverse("review:roll-back", args=[page.pk]), sent | _hidden(seen))

    assert InfoPage.objects.get(pk=page.pk).live
    assert "The rollback was right" in client.get(home).content.decode()


def _hidden(html):
    return dict(re.findall(r'type="hidden" name="(release|seen)" value="([0-9a-f]{64})"', html))


def test_the_screen_says_what_a_rollback_takes_away_and_asks_a_second_reviewer(client, person):
    page = making.released(making.info(body="<p>Rest.</p>"))
    making.released(making.edited(page, body="<p>Rest. Never rub a sore calf.</p>"))
    look = reverse("review:going-back", args=[page.pk, Release.objects.filter(page_id=page.pk).first().number])
    seen = client.get(look).content.decode()
    assert "Safety text that goes away" in seen
    assert "Ask for a second reviewer" in seen
    client.post(reverse("review:roll-back", args=[page.pk]), {"reason": "Too hard"} | _hidden(seen))
    assert "Too hard" in client.get(reverse("review:dashboard")).content.decode()

    client.force_login(making.reviewer())
    seen = client.get(look).content.decode()
    assert "I agree: roll back" in seen
    client.post(reverse("review:roll-back", args=[page.pk]), {"reason": "It is"} | _hidden(seen))

    assert InfoPage.objects.get(pk=page.pk).body == "<p>Rest.</p>"


def test_a_reader_s_concern_is_heard_held_and_answered(client):
    page = making.released(making.info())
    client.logout()
    assert client.get(reverse("review_public:concern", args=[page.pk])).status_code == 200
    sent = client.post(reverse("review_public:concern", args=[page.pk]), {"text": "Number wrong\x00"})
    assert sent.status_code == 200
    assert not sent.cookies
    concern = Concern.objects.get()
    assert (concern.text, concern.page_id) == ("Number wrong", page.pk)
    client.force_login(making.reviewer())
    assert "Number wrong" in client.get(reverse("review:concerns")).content.decode()
    client.post(reverse("review:hold", args=[page.pk]), {"reason": "A reader", "concern": concern.pk})
    assert Standing.objects.get(pk=page.pk).held == [""]
    client.post(reverse("review:close-concern", args=[concern.pk]), {"harm": "minor", "answer": "Mended"})
    client.post(reverse("review:lift", args=[Hold.objects.get().pk]))

    assert Standing.objects.get(pk=page.pk).held == []
    assert Concern.objects.get().answer == "Mended"


@pytest.mark.parametrize(("data", "status", "count"), [
    ({"text": " "}, 422, 0), ({"text": "Buy this", "website": "x"}, 200, 0), ({"text": "x" * 5000}, 200, 1),
])  # fmt: skip
def test_an_empty_or_forged_concern_is_not_kept(client, data, status, count):
    page = making.released(making.info())

    assert client.post(reverse("review_public:concern", args=[page.pk]), data).status_code == status
    assert Concern.objects.count() == count


def test_a_flood_of_concerns_ends_and_changes_nothing(client, settings):
    settings.REVIEW_CONCERNS_AN_HOUR = 3
    page = making.released(making.info())
    url = reverse("review_public:concern", args=[page.pk])

    statuses = [client.post(url, {"text": "Unsafe!"}).status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]
    assert Standing.objects.get(pk=page.pk).held == []


def test_credentials_are_recorded_and_revoked_by_their_keeper(client):
    holder = making.reviewer(credential=False)
    client.force_login(making.keeper())
    data = {
        "holder": holder.pk, "name": "Dr Nobody", "profession": "Doctor", "body": "Register", "number": "7",
        "valid_until": "2031-01-01",
    }  # fmt: skip
    client.post(reverse("review:credential-new"), data)
    row = Credential.objects.get(holder=holder)
    assert "Dr Nobody" in client.get(reverse("review:credentials")).content.decode()
    client.post(reverse("review:credential", args=[row.pk]), data | {"name": "Dr Somebody"})
    client.post(reverse("review:credential-revoke", args=[row.pk]), {"reason": "Left"})

    row.refresh_from_db()
    assert (row.name, row.revoked_reason) == ("Dr Somebody", "Left")


@pytest.mark.parametrize("name", ["credentials", "credential-new"])
def test_nobody_else_sees_the_register(client, name):
    for person in (making.superuser(), making.user(demo.ADMINISTRATORS), making.reviewer()):
        client.force_login(person)
        assert client.get(reverse(f"review:{name}")).status_code != 200


def test_submit_from_the_admin_and_take_back(client):
    page = making.info()
    client.force_login(page.owner)
    client.post(reverse("review:submit", args=[page.pk]), {"summary": "New page"})
    row = Submission.objects.get(page_id=page.pk)
    assert (row.state, row.summary) == (State.IN_REVIEW, "New page")

    client.post(reverse("review:take-back", args=[row.pk]))

    assert Submission.objects.get(pk=row.pk).state == State.WITHDRAWN


def test_wagtail_s_own_button_submits_and_freezes(client):
    demo.make_workflow()
    page = making.info()
    state = page.get_workflow().start(page, page.owner)

    assert Submission.objects.get(page_id=page.pk).state == State.IN_REVIEW
    for person in (page.owner, making.superuser(), making.reviewer()):
        assert InfoPage.objects.get(pk=page.pk).get_lock().for_user(person)
    state.cancel(user=page.owner)
    assert Submission.objects.get(page_id=page.pk).state == State.WITHDRAWN


def test_a_release_ends_the_workflow_as_approved():
    demo.make_workflow()
    page = making.released(making.info())

    assert [s.status for s in page.workflow_states] == ["approved"]


def test_requested_changes_show_in_the_workflow_and_it_can_be_submitted_again():
    demo.make_workflow()
    page = making.info()
    row = making.submitted(page)
    actions.request_changes(submission=row, by=making.reviewer(), now=NOW, reason="Shorter")
    assert page.current_workflow_state.status == "needs_changes"

    making.submitted(making.edited(page, body="<p>Short.</p>"))

    assert InfoPage.objects.get(pk=page.pk).current_workflow_state.status == "in_progress"


def test_reviewers_need_no_other_permission(client, waiting, person):
    assert {p for p in person.get_group_permissions() if not p.startswith("review.")} == {"wagtailadmin.access_admin"}
    assert client.get(reverse("review:screen", args=[waiting.pk])).status_code == 200
