"""The stories of a check are read through in another language before its translation is signed."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import HomePage, TranslationPage
from articles.translations.parts import parts_of
from review import actions as review_actions
from review.doors import RefusedError
from review.remembered import Remembered
from review.settled import UnsettledError
from tests.articles.translations.conftest import ZH, draft
from tests.review import making as make
from triage.models import CheckIndexPage, ProtocolPage, Story, StoryFact, StoryReading
from triage.partners.told import told as whole
from triage.readings import actions
from triage.readings.progress import Progress, UntellableError

pytestmark = pytest.mark.django_db


def chinese(source: Any) -> dict[str, str]:
    return {text: f"譯{text}" for part in parts_of(source) for text in part.texts.values()}


@pytest.fixture
def translation(mini: ProtocolPage) -> TranslationPage:
    """Return the draft of a small check in other words, told by two stories."""
    story = Story.objects.create(code="mini-breath", protocol=mini, state="active", text="Out of breath.",
                                 gold="emergency_now")  # fmt: skip
    StoryFact.objects.create(story=story, finding="breathless", state="true")
    parent: Any = HomePage.objects.get()
    for source in (parent, CheckIndexPage.objects.get()):
        parent = draft(source, parent, {source.title: f"譯{source.title}"})
    page = draft(mini, parent, chinese(mini))
    for part in page.texts.values():
        part["reason"] = "A test."
    page.save_revision(user=page.owner)
    return TranslationPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def read(page: TranslationPage, code: str, by: Any) -> StoryReading:
    progress = Progress(page)
    return actions.keep(progress=progress, code=code, mark=progress.row(code).run.mark, by=by, now=timezone.now())


def read_all(page: TranslationPage, by: Any) -> None:
    for row in Progress(page).rows:
        read(page, row.run.story.code, by)


def signed(row: Any, by: Any, page: Any) -> Any:
    return review_actions.sign_off(submission=row, by=by, now=timezone.now(), answers=make.all_yes(page))


def test_nobody_signs_or_releases_before_every_story_is_read(translation):
    row = review_actions.submit(page=translation, by=translation.owner, now=timezone.now())
    people = [make.reviewer(), make.reviewer()]
    root = make.superuser()
    make.give_credential(root)

    for person in (people[0], root):
        with pytest.raises(UnsettledError, match="0 of 2 patient stories have been read"):
            signed(row, person, translation)
    read_all(translation, people[0])
    for person in people:
        signed(row, person, translation)
    story = Story.objects.create(code="mini-none", protocol=translation.source_page, state="active", text="Nothing.",
                                 gold="self_care")  # fmt: skip
    with pytest.raises(UnsettledError, match="2 of 3 patient stories have been read"):
        review_actions.release(submission=row, by=people[0], now=timezone.now())
    read(translation, story.code, people[1])

    review_actions.release(submission=row, by=people[0], now=timezone.now())
    assert TranslationPage.objects.get(pk=translation.pk).live


def test_only_what_changed_is_read_again(translation):
    reader = make.reviewer()
    read_all(translation, reader)
    question = next(part for part in translation.texts.values() if part["texts"].get("text", "").startswith("譯Is one"))
    question["texts"]["text"] = "一條小腿或腿比另一條新近變大嗎？"

    found = Progress(translation)

    assert [row.run.story.code for row in found.stale] == ["mini-swollen"]
    assert [row.run.story.code for row in found.read] == ["mini-breath"]
    # the question itself, and where the result repeats it with the answer
    assert {len(row.new) for row in found.stale} == {1}
    assert found.texts[1] == 1


def test_stories_that_show_nothing_new_are_ticked_together_and_no_others(translation):
    reader = make.reviewer()
    same = Story.objects.create(code="mini-twin", protocol=translation.source_page, state="active", text="Again.",
                                gold="same_day")  # fmt: skip
    StoryFact.objects.create(story=same, finding="one_leg_swollen", state="true")
    with pytest.raises(RefusedError, match="nobody has read"):
        actions.keep_together(progress=Progress(translation), by=reader, now=timezone.now())
    read(translation, "mini-swollen", reader)

    made = actions.keep_together(progress=Progress(translation), by=reader, now=timezone.now())

    assert [(row.story, row.together, row.texts) for row in made] == [("mini-twin", True, [])]
    assert [row.run.story.code for row in Progress(translation).left] == ["mini-breath"]


def test_the_reader_is_a_reviewer_who_wrote_none_of_it_and_has_seen_just_this(translation):
    found = Progress(translation)
    mark = found.row("mini-breath").run.mark

    for person in (translation.owner, make.editor(), make.reviewer(credential=False)):
        with pytest.raises(RefusedError):
            actions.keep(progress=found, code="mini-breath", mark=mark, by=person, now=timezone.now())
    with pytest.raises(RefusedError, match="changed since you opened it"):
        actions.keep(progress=found, code="mini-breath", mark="0" * 64, by=make.reviewer(), now=timezone.now())
    assert not StoryReading.objects.exists()


def test_a_demonstration_of_reading_lets_nobody_sign_for_real(translation):
    shown = make.reviewer(credential=False)
    make.give_credential(shown, demonstration=True)
    read_all(translation, shown)

    assert translation.unread(demonstration=True) == []
    assert "0 of 2" in str(translation.unread(demonstration=False)[0])


def test_what_is_read_is_never_changed(translation):
    row = read(translation, "mini-breath", make.reviewer())
    row.story = "mini-swollen"

    with pytest.raises(RefusedError):
        row.save()
    with pytest.raises(RefusedError):
        StoryReading.objects.all().delete()


def test_a_reviewer_reads_on_the_screens(client, translation):
    client.force_login(make.reviewer())
    page = client.get(reverse("triage_admin:readings", args=[translation.pk])).content.decode()
    address = reverse("triage_admin:reading", args=[translation.pk, "mini-swollen"])
    story = client.get(address).content.decode()
    result = client.get(f"{address}result/").content.decode()

    assert "0 of 2 patient stories have been read" in page
    assert page.index("mini-swollen") < page.index("mini-breath")  # it shows more that is new
    assert f'<dd lang="{ZH[:3]}Hant" dir="ltr">譯Is one calf or leg newly bigger than the other?</dd>' in story
    assert '<html lang="zh-Hant">' in result
    assert "譯Do not wait until tomorrow." in result
    # what the interface says of itself is in the language of the reader too
    assert "不確定" in story

    mark = Progress(translation).row("mini-swollen").run.mark
    after = client.post(address, {"mark": mark}, follow=True).content.decode()
    assert "mini-swollen is read. 1 of 2 patient stories" in after
    assert "mini-breath" in after


def test_the_report_and_the_review_say_how_far_it_is(client, translation):
    client.force_login(make.reviewer())
    row = review_actions.submit(page=translation, by=translation.owner, now=timezone.now())

    report = client.get(reverse("articles_report_translations")).content.decode()
    screen = client.get(reverse("review:screen", args=[row.pk])).content.decode()

    assert "0 of 2" in report
    assert "Nobody can sign before all are read" in screen


def test_a_result_with_other_parts_in_other_words_is_not_read_in_part(translation, monkeypatch):
    def told(check: Any, *given: Any) -> Any:
        made = whole(check, *given)
        return {**made, "because": made["because"][1:]} if check.document.get("of") else made

    monkeypatch.setattr("triage.readings.runs.told", told)
    monkeypatch.setattr("triage.readings.runs._runs", Remembered(1))

    with pytest.raises(UntellableError, match="Why we say this"):
        Progress(translation)
    assert "other parts" in str(translation.unread(demonstration=True)[0])
