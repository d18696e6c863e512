"""Proofs that were followed before there is a database are those that a sign-off needs."""

import pytest

from tests.triage.conftest import MINI
from triage import beforehand, proofs
from triage.approval import Text
from triage.engine import certificates
from triage.models.approval import Status


@pytest.fixture
def nothing_followed(monkeypatch):
    """Begin like a new process; afterwards nothing of it is left."""
    monkeypatch.setattr(certificates, "_followed", type(certificates._followed)())


def only_what_was_followed(*args):
    raise AssertionError("this proof was not followed before")


def test_what_was_followed_from_the_files_is_not_followed_again_on_the_page(
    nothing_followed, mini_draft, monkeypatch, tmp_path
):
    (tmp_path / "mini.yaml").write_text(MINI.read_text(encoding="utf-8"), encoding="utf-8")

    made = beforehand.follow_proofs(protocols=tmp_path)

    monkeypatch.setattr(certificates, "_follow", only_what_was_followed)
    outcome = proofs.prove_text(Text(mini_draft))
    assert outcome.status is Status.PASSED
    assert made == [outcome.details["certificate"]]


def test_another_text_is_followed_by_itself(nothing_followed, mini_draft, monkeypatch, tmp_path):
    yes = '      - {key: "yes", label: "Yes", sets: [one_leg_swollen], concern: 2}\n'
    text = MINI.read_text(encoding="utf-8")
    assert yes in text
    (tmp_path / "mini.yaml").write_text(text.replace(yes, yes + yes.replace("yes", "a_little")), encoding="utf-8")
    assert beforehand.follow_proofs(protocols=tmp_path)

    monkeypatch.setattr(certificates, "_follow", only_what_was_followed)
    with pytest.raises(AssertionError, match="not followed before"):
        proofs.prove_text(Text(mini_draft))


def test_a_file_that_is_wrong_is_left_to_the_load(nothing_followed, tmp_path):
    (tmp_path / "mini.yaml").write_text("key: mini\nwrong: 1\n", encoding="utf-8")

    assert beforehand.follow_proofs(protocols=tmp_path) == []
