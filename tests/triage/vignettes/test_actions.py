import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from review.doors import RefusedError
from tests.triage.vignettes.conftest import write
from triage.actions import PROTOCOLS
from triage.models import SecondOpinion, Story
from triage.vignettes import actions, queries
from triage.vignettes.files import StoryFileError, parse, plain, written

COUNT = sum(len(json.loads(path.read_text())) for path in PROTOCOLS.glob("*.vignettes.json"))


def give(story, by, level):
    return actions.give_second_opinion(story=story, by=by, now=timezone.now(), level=level)


def test_starter_stories_are_those_of_the_files_and_loading_again_changes_nothing(protocols):
    files = [item for path in sorted(PROTOCOLS.glob("*.json")) for item in json.loads(path.read_text())]

    stored = {one["id"]: one for page in protocols.values() for one in json.loads(written(queries.active(page)))}

    assert stored == {item["id"]: item for item in files}
    assert len(stored) == COUNT
    assert actions.load_starter_stories(PROTOCOLS) == 0


def test_a_changed_file_changes_its_story_unless_an_editor_has(protocols, tmp_path, people):
    mine, theirs = Story.objects.filter(protocol__code="calf").order_by("code")[:2]
    theirs.text = "Written anew."
    theirs.save()
    for path in PROTOCOLS.glob("*.vignettes.json"):
        shutil.copy(path, tmp_path)
    path = tmp_path / "calf.vignettes.json"
    items = json.loads(path.read_text())
    gone = next(item for item in items if item["id"] not in {mine.code, theirs.code})
    items = [item | {"text": "From the file."} for item in items if item["id"] in {mine.code, theirs.code}]
    path.write_text(json.dumps(items))

    assert actions.load_starter_stories(tmp_path) == 1

    texts = dict(Story.objects.filter(code__in=[mine.code, theirs.code]).values_list("code", "text"))
    assert texts == {mine.code: "From the file.", theirs.code: "Written anew."}
    assert Story.objects.get(code=gone["id"]).state == "retired"


def test_a_bad_starter_file_loads_nothing(protocols, tmp_path):
    (tmp_path / "x.vignettes.json").write_text('[{"id": "one", "protocol": "nowhere", "facts": {}, "gold": "routine"}]')

    with pytest.raises(StoryFileError, match=r"x.vignettes.json: one: there is no protocol “nowhere”"):
        actions.load_starter_stories(tmp_path)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "no JSON"),
        ('[{"id": "one", "text": "\\ud800"}]', "no text holds"),
        ('[{"id": "one", "facts": {"a\\u0000": 1}}]', "no text holds"),
        ("[" * 500 + "]" * 500, ""),
        ('[{"id": "one"}]', "one.facts: must be a mapping"),
        ('[{"id": "one", "protocol": "calf", "facts": {"x": 3}, "gold": "routine"}]', "one.facts.x"),
        ('[{"caseData": {"caseId": "two"}}]', "two.expectedTriageLevel: is missing"),
    ],
)
def test_a_bad_file_says_where_and_why(text, fault):
    with pytest.raises(StoryFileError) as refused:
        parse(text, "stories.json")

    assert any(fault in line for line in refused.value.faults)


def test_command_takes_in_and_gives_out(protocols, people, tmp_path, capsys):
    story = {"id": "new-one", "source": "", "protocol": "calf", "text": "A person.",
             "facts": {"one_leg_swollen": True}, "gold": "same_day", "acceptable": [], "must_not_advise": [],
             "must_mention": [], "rationale": "CR11"}  # fmt: skip
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([story]))

    call_command("patient_stories", "import", str(path), "--by", "demo-reviewer")
    call_command("patient_stories", "export", "calf")

    out = capsys.readouterr().out
    assert story in json.loads(out[out.index("[") :])
    assert Story.objects.get(code="new-one").people == [people.reviewer.pk]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"facts": {"unicorn": True}}, "new-one: there is no finding 'unicorn'"),
        ({"gold": "tomorrow"}, "new-one: there is no level 'tomorrow'"),
        ({"protocol": "arm"}, "new-one: there is no protocol “arm”"),
        ({"id": "New One"}, "New One: Small letters, digits, - and _ only."),
        ({"id": "calf-lung-clot-breath"}, "calf-lung-clot-breath: another story has this name already"),
    ],
)
def test_command_refuses_a_bad_file_as_a_whole(protocols, people, tmp_path, change, place):
    good = {"id": "good-one", "protocol": "calf", "facts": {}, "gold": "self_care", "text": "A person."}
    bad = {"id": "new-one", "protocol": "calf", "facts": {}, "gold": "self_care", "text": "A person."} | change
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([good, bad]))

    with pytest.raises(CommandError) as refused:
        call_command("patient_stories", "import", str(path), "--by", "demo-reviewer")

    assert place in str(refused.value)
    assert not Story.objects.filter(code="good-one").exists()


def test_whoever_wrote_the_protocol_cannot_change_or_retire_what_judges_it(calf_page, people):
    story = write(calf_page, people.reviewer)

    with pytest.raises(RefusedError, match="judges"):
        actions.check_may_write(people.author, story)
    with pytest.raises(RefusedError, match="judges"):
        actions.retire(story=story, by=people.author, now=timezone.now(), reason="It is in the way.")
    with pytest.raises(RefusedError, match="Say why"):
        actions.retire(story=story, by=people.reviewer_2, now=timezone.now(), reason=" ")
    assert actions.retire(story=story, by=people.reviewer_2, now=timezone.now(), reason="Twice.").state == "retired"
    actions.check_may_write(people.author)
    with pytest.raises(RefusedError, match="Only editors"):
        actions.check_may_write(people.registrar)


def test_a_writer_of_the_including_protocol_counts_as_one_of_the_included(protocols, people):
    protocols["calf"].get_latest_revision_as_object().save_revision(user=people.reviewer)

    assert people.reviewer.pk in queries.writers_of(protocols["pregnancy"])
    assert people.reviewer_2.pk not in queries.writers_of(protocols["pregnancy"])


def test_an_active_story_has_a_level(calf_page):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(calf_page, None, gold="")


def test_second_opinions_are_blind_once_each_and_bound_to_the_case(calf_page, people):
    story = write(calf_page, people.reviewer)
    with pytest.raises(RefusedError, match="You wrote this story"):
        give(story, people.reviewer, "routine")

    give(story, people.reviewer_2, "routine")

    with pytest.raises(RefusedError, match="already"):
        give(story, people.reviewer_2, "same_day")
    assert (queries.agreed([story]).pairs, queries.agreed([story]).percent) == (1, 0)
    assert story.code not in [one.code for one in queries.to_judge(people.reviewer_2)]
    story.text = "Another case."
    story.save()
    assert queries.agreed([story]).pairs == 0
    give(story, people.reviewer_2, "same_day")
    assert queries.agreed([story]).percent == 100
    with pytest.raises(RefusedError):
        SecondOpinion.objects.all().delete()


def test_a_proposal_becomes_a_draft_that_is_not_run(calf_page, people):
    from tests.triage.vignettes.conftest import judged  # noqa: PLC0415

    proposal = judged(calf_page)[1].proposals(["option:danger.cough_blood"])[0]
    story = actions.make_draft(page=calf_page, proposal=proposal, by=people.reviewer)

    assert (story.state, story.gold, story.said()) == ("draft", "", {"cough_blood": True})
    assert story.code == "calf-option-danger-cough_blood"
    assert actions.make_draft(page=calf_page, proposal=proposal, by=people.reviewer).code.endswith("-2")
    assert story not in queries.active(calf_page)


def test_plain_has_the_keys_of_the_files(calf_page):
    story = queries.active(calf_page)[0]
    path = next(PROTOCOLS.glob("calf.vignettes.json"))

    assert list(plain(story.vignette())) == list(json.loads(path.read_text())[0])
