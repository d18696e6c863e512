import json
import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from triage.actions import PROTOCOLS
from triage.engine.vignettes import RIGHT, Vignette
from triage.stories import PageReader, figures, poster, tell
from triage.views import check as check_view

STORY = {"id": "s", "source": "", "protocol": "calf", "text": "", "facts": {"one_leg_swollen": True},
         "gold": "same_day", "acceptable": [], "must_not_advise": ["massage"], "must_mention": ["clot|DVT"],
         "rationale": ""}  # fmt: skip


def file(tmp_path, *changes):
    path = tmp_path / "stories.json"
    path.write_text(json.dumps([{**STORY, "id": f"s{number}", **change} for number, change in enumerate(changes)]))
    return str(path)


def run(capsys, *words):
    code = 0
    try:
        call_command("run_vignettes", *words)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().out


@pytest.mark.parametrize("key", ["calf", "pregnancy"])
def test_every_starter_story_comes_out_right(released, key, capsys):
    code, out = run(capsys, str(PROTOCOLS / f"{key}.vignettes.json"), "--json")

    total = json.loads(out)["total"]
    assert code == 0
    assert (total["too_risky"], total["violations"], total["missing"]) == (0, 0, 0)
    assert total["too_cautious"] <= 0.1 * total["stories"]


def test_a_story_that_comes_out_milder_fails(released, tmp_path, capsys):
    code, out = run(capsys, file(tmp_path, {}, {"gold": "emergency_now"}))

    assert code == 1
    assert "s1: too risky: same_day instead of emergency_now" in out


def test_a_story_that_comes_out_more_urgent_does_not_fail_but_is_named(released, tmp_path, capsys):
    code, out = run(capsys, file(tmp_path, {"gold": "self_care"}))

    assert code == 0
    assert "s0: too cautious: same_day instead of self_care" in out


def test_forbidden_advice_fails(released, tmp_path, capsys):
    facts = {"after_new_exercise": True, "improving": True}
    code, out = run(capsys, file(tmp_path, {"facts": facts, "gold": "self_care", "must_mention": []}))

    assert code == 1
    assert "advised: massage" in out


def test_what_is_not_mentioned_is_named(released, tmp_path, capsys):
    code, out = run(capsys, file(tmp_path, {"must_mention": ["unicorn"]}))

    assert code == 0
    assert "not mentioned: unicorn" in out


def test_a_fact_of_another_check_is_named_and_the_story_told(released, tmp_path, capsys):
    facts = {"one_leg_swollen": True, "severe_headache": True, "pregnant_20w_plus": True, "vomiting": False}
    code, out = run(capsys, file(tmp_path, {"facts": facts}))

    assert code == 0
    assert "s0: not asked by this check: severe_headache, pregnant_20w_plus" in out
    assert "vomiting" not in out


@pytest.mark.parametrize(
    "change", [{"facts": {"unicorn": True, "one_leg_swollen": True}}, {"must_not_advise": ["tea"]}]
)
def test_a_word_that_nobody_knows_is_a_fault_but_all_stories_are_told(released, tmp_path, capsys, change):
    with pytest.raises(CommandError, match=r"s1: there is no (finding 'unicorn'|action 'tea')") as caught:
        call_command("run_vignettes", file(tmp_path, {}, change))

    assert caught.value.returncode == 2
    assert re.search(r"total +2 +2 ", capsys.readouterr().out)


@pytest.mark.parametrize("change", [{"gold": "tomorrow"}, {"surprise": 1}, {"protocol": "x"}])
def test_a_file_that_cannot_be_used_is_refused(released, db, tmp_path, change):
    with pytest.raises(CommandError) as caught:
        call_command("run_vignettes", file(tmp_path, change))

    assert caught.value.returncode == 2


def test_drafts_can_be_run_as_well(protocols, tmp_path, capsys):
    code, out = run(capsys, file(tmp_path, {}), "--draft", "--json")

    assert code == 0
    assert json.loads(out)["total"]["right"] == 1


def test_closed_and_hidden_parts_are_not_seen():
    page = PageReader(
        "<main><p>Seen</p><p hidden>no</p><span class=vh>no</span><details><summary>Line</summary><p>no</p></details>"
        "<details open><summary>Open</summary><p>inside</p></details><script>no</script></main>"
    )

    assert page.text == "Seen Line Open inside"


def test_sums_are_made_by_level(released):
    check = released.current("calf")
    story = Vignette(**{**STORY, "acceptable": (), "must_not_advise": (), "must_mention": ()})
    judged = tell(story, check, poster(check_view, "/check/calf/", "calf"))

    found = figures(["same_day", "self_care"], [judged])
    assert (judged.verdict, found.levels["same_day"].right, found.levels["self_care"].stories) == (RIGHT, 1, 0)
