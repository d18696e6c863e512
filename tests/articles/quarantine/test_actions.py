"""What people do with a raw text, what they may not, and what an article that is built from it waits for."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction
from wagtail.models import Page

from articles.models import ClaimDecision, ClaimPage, ClaimUse, GuidePage, LedgerClaim, Origin, RawText, SourcePage
from articles.quarantine import actions, hints, queries
from articles.quarantine.actions import Judgement
from articles.quarantine.questions import open_questions
from review import actions as review
from review.doors import RefusedError
from review.settled import UnsettledError
from tests.articles.quarantine.making import TEXT, brought
from tests.review import making
from tests.review.making import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("knowing_nothing")]
REASON = "No source says so."


@pytest.fixture
def editor():
    return making.editor()


@pytest.fixture
def raw(editor):
    return brought(by=editor)


def decided(raw, place, ruling="supported", *, by, **values):
    claim = raw.claims.all()[place]
    known = {"source": SourcePage.objects.first(), "place": "Table 1"} if ruling == "supported" else {"reason": REASON}
    judgement = Judgement(ruling=ruling, **(known | values))
    return actions.decide(claims=[claim.pk], judgement=judgement, by=by, now=NOW)[0]


def test_it_is_kept_as_it_came_with_a_ledger_and_hints(editor):
    origin = Origin.objects.create(
        code="T1", file_name="wrist.txt", sha256=hashlib.sha256(TEXT.encode()).hexdigest(), topic="x", language_path="x"
    )
    raw = RawText.objects.get(pk=brought(by=editor).pk)

    assert bytes(raw.original) == TEXT.encode()
    assert (raw.text, raw.origin, raw.brought_by_id, raw.brought_at) == (TEXT, origin, editor.pk, NOW)
    words = [row.claim.words for row in queries.ledger(raw)]
    assert words[1:3] == ["Keep the wrist straight while you sleep.", "Put the the wrist on a cushion."]
    kinds = [[hint["kind"] for hint in row.claim.hints] for row in queries.ledger(raw)]
    assert kinds == [["count"], [], ["twice"], []]


def test_a_text_without_a_sentence_is_refused(editor):
    with pytest.raises(RefusedError, match="no sentence in it"):
        brought("<", by=editor)

    assert not RawText.objects.exists()


def test_it_never_changes_and_nobody_brings_it_in_twice(raw, editor):
    raw.text = "Other words."
    for change in (raw.save, raw.delete, lambda: RawText.objects.update(text="x")):
        with pytest.raises(RefusedError):
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        _by_hand("update articles_rawtext set text = 'x'")
    with pytest.raises(RefusedError, match="here already, as “Wrists”"):
        brought(by=editor)


def _by_hand(sql):
    """Go past the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("who", [making.reviewer, making.keeper, lambda: making.user("")])
def test_only_editors_bring_in_and_decide(raw, who):
    person = who()
    with pytest.raises(RefusedError):
        brought("Something else.", by=person)
    with pytest.raises(RefusedError):
        decided(raw, 0, by=person)


@pytest.mark.parametrize(
    ("ruling", "values", "why"),
    [
        ("supported", {"reason": "I know."}, "needs a source"),
        ("supported", {"place": "Table 1"}, "needs a source"),
        ("contested", {}, "a source, a claim page or a reason"),
        ("wrong", {"reason": "  "}, "a source, a claim page or a reason"),
        ("garbled", {}, "Give a reason"),
        ("out_of_scope", {}, "Give a reason"),
        ("undecided", {}, "Give a reason"),
        ("garbled", {"reason": "x", "probably_meant": "cold"}, "go together"),
        ("true", {"reason": "x"}, "Choose what holds"),
    ],
)
def test_a_decision_rests_on_something(raw, editor, ruling, values, why):
    judgement = Judgement(ruling=ruling, **values)

    with pytest.raises(RefusedError, match=why):
        actions.decide(claims=[raw.claims.all()[0].pk], judgement=judgement, by=editor, now=NOW)
    assert not ClaimDecision.objects.exists()


def test_decisions_are_added_and_never_changed(raw, editor):
    first = decided(raw, 0, "garbled", by=editor, probably_meant="rest", confidence="guess")
    decided(raw, 0, "wrong", by=editor)
    history = queries.history(first)

    assert [one.ruling for one in history] == ["wrong", "garbled"]
    assert (history[1].probably_meant, history[1].confidence, history[1].by_id) == ("rest", "guess", editor.pk)
    with pytest.raises(RefusedError):
        history[0].delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        _by_hand("delete from articles_claimdecision")
    assert queries.progress(queries.ledger(raw)).percent == 25


def test_several_at_once_only_where_it_is_safe(raw, editor):
    every = list(raw.claims.values_list("pk", flat=True))
    safe = Judgement(ruling="out_of_scope", reason=REASON)
    with pytest.raises(RefusedError, match="of several claims at once"):
        actions.decide(claims=every, judgement=Judgement(ruling="wrong", reason=REASON), by=editor, now=NOW)
    assert len(actions.decide(claims=every, judgement=safe, by=editor, now=NOW)) == 4
    with pytest.raises(RefusedError, match="decided already"):
        actions.decide(claims=every, judgement=safe, by=editor, now=NOW)
    with pytest.raises(RefusedError, match="not there any more"):
        actions.decide(claims=[*every, 10**9], judgement=safe, by=editor, now=NOW)


def test_a_claim_is_taken_apart(raw, editor):
    claim = raw.claims.all()[1]
    decided(raw, 1, by=editor)
    second = actions.split(claim=claim.pk, words=4, by=editor, now=NOW)

    assert [row.claim.words for row in queries.ledger(raw)][1:3] == ["Keep the wrist straight", "while you sleep."]
    claim.refresh_from_db()
    assert (claim.ruling, second.ruling) == ("undecided", "undecided")
    assert len(queries.history(claim)) == 2
    for words in (0, 3, 99):
        with pytest.raises(RefusedError, match="inside the claim"):
            actions.split(claim=second.pk, words=words, by=editor, now=NOW)


def test_the_machine_looks_again_without_touching_a_decision(raw, editor):
    decided(raw, 2, "garbled", by=editor)
    LedgerClaim.objects.update(hints=[])
    assert actions.look_again(raw=raw, by=editor) == 2
    assert [row.claim.ruling for row in queries.ledger(raw)][2] == "garbled"
    assert hints.HintKind.TWICE in queries.chosen(queries.ledger(raw), "garbled")[0].kinds


@pytest.fixture
def built(raw, editor):
    """A draft that is built from an accepted claim, and that could be submitted."""
    page = making.info(by=editor)
    claim = decided(raw, 1, by=editor)
    assert actions.use(claims=[claim.pk], page=page, by=editor, now=NOW) == 1
    return page, claim


def test_an_article_is_built_from_accepted_claims_only(raw, editor, built):
    page, claim = built
    assert actions.use(claims=[claim.pk], page=page, by=editor, now=NOW) == 0
    with pytest.raises(RefusedError, match="supported or contested"):
        actions.use(claims=[raw.claims.all()[0].pk], page=page, by=editor, now=NOW)
    with pytest.raises(RefusedError, match="cannot edit"):
        actions.use(claims=[claim.pk], page=Page.get_first_root_node(), by=editor, now=NOW)
    assert open_questions(page) == []
    with pytest.raises(RefusedError, match="An article uses this claim"):
        actions.split(claim=claim.pk, words=1, by=editor, now=NOW)


def sign(submission, page, person):
    review.sign_off(submission=submission, by=person, now=NOW, answers=making.all_yes(page))


def test_a_claim_that_is_open_again_holds_its_article_up_at_every_step(raw, editor, built):
    page, _ = built
    people = [making.reviewer(), making.reviewer()]

    decided(raw, 1, "undecided", by=editor)
    (problem,) = [one for one in page.get_latest_revision_as_object().problems() if "raw texts" in one.place]
    assert "Claim 2 of “Wrists” is undecided" in problem.message
    with pytest.raises(RefusedError, match="is undecided"):
        making.submitted(page)

    decided(raw, 1, by=editor)
    submission = making.submitted(page)
    decided(raw, 1, "wrong", by=editor)
    with pytest.raises(UnsettledError, match="is wrong"):
        sign(submission, page, people[0])

    decided(raw, 1, by=editor)
    for person in people[: submission.signers_needed]:
        sign(submission, page, person)
    decided(raw, 1, "garbled", by=editor)
    with pytest.raises(UnsettledError, match="is garbled"):
        review.release(submission=submission, by=people[0], now=NOW)

    claim = raw.claims.all()[1]
    actions.stop_using(claim=claim.pk, page=page, by=editor)
    assert not ClaimUse.objects.exists()
    review.release(submission=submission, by=people[0], now=NOW)
    page.refresh_from_db()
    assert page.live


def test_a_claim_page_brings_its_open_claims_to_the_articles_that_show_it(raw, editor):
    claim_page = ClaimPage.objects.filter(live=True).first()
    decided(raw, 1, by=editor, claim_page=claim_page)
    guide = GuidePage.objects.get(slug="calf-soreness")
    guide.standfirst_claims.append(("claim", claim_page))
    assert open_questions(guide) == open_questions(claim_page) == []

    decided(raw, 1, "undecided", by=editor)
    assert "is undecided" in open_questions(claim_page)[0].message
    assert "is undecided" in open_questions(guide)[0].message
    decided(raw, 1, "wrong", by=editor)
    assert open_questions(guide) == []


def test_no_sentence_of_a_raw_text_stands_in_an_article(raw, editor):
    page = making.info(by=editor, body="<p>Sleep well. Keep the <b>wrist</b> straight while you sleep!</p>")
    (problem,) = [one for one in page.get_latest_revision_as_object().problems() if "word for word" in one.message]

    assert "in the raw text “Wrists”" in problem.message
    with pytest.raises(RefusedError, match="word for word"):
        making.submitted(page)
