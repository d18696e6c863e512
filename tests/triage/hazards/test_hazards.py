"""The hazard log: controls are looked up, what is grave and uncontrolled blocks, the document says what is there."""

import re

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from review import demo
from tests.database import ROOT
from triage import approval
from triage.hazards import files, risk
from triage.hazards.check import controlled
from triage.hazards.document import markdown, safety_case
from triage.hazards.files import STARTER
from triage.hazards.log import entries, entries_for
from triage.models import Hazard, HazardControl, Story
from triage.models.approval import Status

HEADINGS = (
    "Introduction", "System definition", "Clinical risk management system", "Clinical risk analysis",
    "Clinical risk evaluation", "Clinical risk control", "Hazard log", "Test issues", "Summary safety statement",
    "Quality assurance and document approval", "Configuration management",
)  # fmt: skip
HERE = "tests/triage/hazards/test_hazards.py"


@pytest.fixture
def page(mini_draft):
    Hazard.objects.update(state="closed")
    return mini_draft


@pytest.fixture
def people(page):
    return demo.make_people()


def text(page):
    return approval.Text(page.get_latest_revision_as_object())


def write(page, *controls, **values):
    """Write a grave hazard with some controls, each as (kind, target)."""
    defaults = {"code": "H900", "title": "It goes wrong", "cause": "Haste.", "effect": "Harm.", "severity": 4,
                "likelihood": 4, "severity_left": 4, "likelihood_left": 1}  # fmt: skip
    hazard = Hazard.objects.create(**(defaults | values))
    hazard.protocols.through.objects.create(hazard=hazard, protocolpage_id=page.pk)
    HazardControl.objects.bulk_create(
        HazardControl(hazard=hazard, kind=kind, target=target, what="Keeps it off.", sort_order=place)
        for place, (kind, target) in enumerate(controls)
    )
    return hazard


def test_every_automatic_test_that_the_starter_log_names_is_there():
    named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", STARTER.read_text(encoding="utf-8"))

    assert named
    assert [f"{file}::{name}" for file, name in named if f"def {name}(" not in (ROOT / file).read_text("utf-8")] == []


@pytest.mark.skipif(False, reason="stands here so that a control can name a test that may be left out")
def test_left_out():
    assert HERE


CONTROLS = {
    ("proof", "floor:one_leg_swollen"): True,
    ("proof", "mono"): True,
    ("proof", "unicorn"): None,
    ("proof", "floor:one_leg"): None,
    ("rule", "CR11"): True,
    ("rule", "CR5"): None,
    ("story", "mini-swollen"): True,
    ("story", "unicorn"): False,
    ("story", "calf-dvt-classic"): None,
    ("test", f"{HERE}::test_matrix_rises_with_both"): True,
    ("test", f"{HERE}::test_unicorn"): False,
    ("test", f"{HERE}::test_left_out"): False,
    ("test", "tests/unicorn.py::test_x"): False,
    ("test", "manage.py::main"): False,
}


def test_each_control_is_looked_up(page):
    write(page, *CONTROLS)

    (entry,) = entries_for(text(page))

    assert {(one.control.kind, one.control.target): one.works for one in entry.found} == CONTROLS
    assert entry.problem == ""
    assert len(entry.broken) == sum(not works for works in CONTROLS.values())


def test_the_loss_of_its_only_control_blocks_the_signature_and_names_the_hazard(page):
    write(page, ("story", "mini-swollen"))
    before = approval.besides("hazards", text(page))
    assert controlled(text(page)).status == Status.PASSED

    Story.objects.filter(code="mini-swollen").update(state="retired")

    found = controlled(text(page))
    assert found.status == Status.FAILED
    assert "Hazard H900 “It goes wrong”, risk 4 of 5: no control of it works for the check “mini”" in found.sentence
    assert approval.besides("hazards", text(page)) != before


def test_a_story_that_comes_out_wrong_controls_nothing(page):
    write(page, ("story", "mini-swollen"))
    Story.objects.filter(code="mini-swollen").update(gold="emergency_now")

    assert "too risky" in controlled(text(page)).sentence


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"likelihood": 1}, ""),
        ({"likelihood_left": 3}, "nobody says why it is acceptable"),
        ({"likelihood_left": 3, "accepted_because": "It cannot be cut further."}, ""),
    ],
)
def test_what_is_left_needs_a_reason_and_a_small_risk_nothing(page, values, words):
    write(page, *([("rule", "CR11")] if "likelihood" not in values else []), **values)

    (entry,) = entries_for(text(page))

    assert words in entry.problem
    assert bool(words) == bool(entry.problem)


def test_the_command_fails_and_names_it(page, monkeypatch, capsys):
    write(page, ("proof", "unicorn"))
    monkeypatch.setattr("triage.management.commands.check_hazards.released_texts", lambda: {page.pk: text(page)})

    with pytest.raises(SystemExit) as ended:
        call_command("check_hazards")

    assert ended.value.code == 1
    assert "Hazard H900" in capsys.readouterr().err


def test_the_document_says_what_the_database_says(page):
    write(page, ("rule", "CR11"), ("proof", "unicorn"))
    write(page, ("story", "mini-swollen"), code="H901", title="It | goes on")

    found = markdown(safety_case(entries({page.pk: text(page)})))

    chapters = [line.removeprefix("## ") for line in found.splitlines() if line.startswith("## ")]
    assert tuple(chapters) == HEADINGS
    for hazard in Hazard.objects.filter(state="open"):
        assert f"### {hazard.code} {hazard.title}" in found
        assert f"severity {hazard.severity}, likelihood {hazard.likelihood}, risk {hazard.risk}." in found
        for row in hazard.control_rows():
            assert f"| {row.get_kind_display()} | {row.target} | {row.what} |" in found
    assert "It \\| goes on" in found
    assert "mini: not for this check. No statement about the check has this name." in found


def test_the_starter_hazards_load_once_and_leave_an_editor_s_alone(page, tmp_path):
    items = yaml.safe_load(files.STARTER.read_text(encoding="utf-8"))
    assert len(items) >= 15  # so many were asked for
    assert all(item["controls"] for item in items)
    Hazard.objects.update(state="open")
    assert files.load() == 0
    items[0]["title"], items[1]["title"] = "Said anew", "Said anew too"
    Hazard.objects.filter(code=items[1]["code"]).update(cause="An editor's own words.")
    path = tmp_path / "hazards.yaml"
    path.write_text(yaml.safe_dump(items))

    assert files.load(path) == 1

    titles = dict(Hazard.objects.values_list("code", "title"))
    assert titles[items[0]["code"]] == "Said anew"
    assert titles[items[1]["code"]] != "Said anew too"


def test_a_bad_file_loads_nothing(page, tmp_path):
    path = tmp_path / "hazards.yaml"
    path.write_text(yaml.safe_dump([{"code": "H1", "title": "x", "cause": "x", "protocols": ["arm"], "severity": 3,
                                     "likelihood": [1, 1], "unicorn": 1, "controls": [{"kind": "rule"}]}]))  # fmt: skip

    with pytest.raises(files.HazardFileError) as refused:
        files.load(path)

    assert len(refused.value.faults) == len(["unicorn", "effect", "arm", "control", "severity"])


def test_matrix_rises_with_both():
    for one in risk.Severity:
        column = [risk.rating(one, other) for other in risk.Likelihood]
        assert column == sorted(column)
        assert [risk.rating(other, one) for other in risk.Severity] == sorted(
            risk.rating(other, one) for other in risk.Severity
        )


def test_reviewers_keep_the_log_and_writers_read_it(page, people, client, monkeypatch):
    hazard = write(page, ("rule", "CR11"))
    monkeypatch.setattr("triage.hazards.screens.released_texts", lambda: {page.pk: text(page)})
    close = reverse("triage_admin:close-hazard", args=[hazard.pk])

    client.force_login(people.author)
    html = client.get(reverse("triage_admin:hazards")).content.decode()
    assert "It goes wrong" in html
    assert "Write a hazard" not in html
    client.post(close, {"reason": "It is gone."})
    client.post(reverse("hazards:edit", args=[hazard.pk]), {"title": "Nothing"})
    hazard.refresh_from_db()
    assert (hazard.state, hazard.title) == ("open", "It goes wrong")

    client.force_login(people.reviewer)
    assert "Write a hazard" in client.get(reverse("triage_admin:hazards")).content.decode()
    assert client.get(reverse("hazards:edit", args=[hazard.pk])).status_code == 200
    assert "<h2>Clinical risk control</h2>" in client.get(reverse("triage_admin:safety-case")).content.decode()
    assert client.get(reverse("triage_admin:safety-case-file")).content.startswith(b"# Clinical safety case report")
    client.post(close, {"reason": "The check is not used any more."})
    hazard.refresh_from_db()
    assert (hazard.state, hazard.closed_because) == ("closed", "The check is not used any more.")
