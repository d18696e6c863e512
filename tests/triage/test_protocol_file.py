from pathlib import Path

import pytest
import yaml

from articles.content.files import ContentError
from triage import actions, protocol_file
from triage.actions import PROTOCOLS
from triage.engine.join import join
from triage.engine.parse import parse
from triage.library import library
from triage.models import ProtocolPage
from triage.schema import complete, file_form

CALF = (PROTOCOLS / "calf.yaml").read_text(encoding="utf-8")
AUDIENCE = next(line for line in CALF.splitlines(keepends=True) if line.startswith("audience:"))


@pytest.mark.parametrize("key", ["calf", "pregnancy"])
def test_a_page_says_what_its_file_says(protocols, key):
    shelves = library()
    files = {name: yaml.safe_load((PROTOCOLS / f"{name}.yaml").read_text(encoding="utf-8")) for name in protocols}

    from_file = join(files[key], shelves, {name: file for name, file in files.items() if name != key})
    assert parse(complete(protocols[key], shelves)) == parse(from_file)


@pytest.mark.parametrize("key", ["calf", "pregnancy"])
def test_a_written_file_can_be_read_again(protocols, key):
    page = protocols[key]
    entry = protocol_file.read_text(protocol_file.written(page), "calf.yaml")

    again = ProtocolPage(slug="again")
    actions.fill(again, entry)
    assert file_form(again) == file_form(page)


@pytest.mark.parametrize(
    ("find", "replace", "line", "reason"),
    [
        ("  - key: danger\n", "  - key: hospital\n", "- key: hospital", "is there twice"),
        ("sets: [breathless]", "sets: [breathles]", "breathles", "there is no finding 'breathles'"),
        ("  - CR9\n", "  - CR99\n", "CR99", "there is no rule 'CR99'"),
        ("kind: place", "kind: spot", "kind: spot", "must be one of"),
        ("stage: emergency", "stage: soon", "stage: soon", "must be one of"),
        ("max_questions: 24", "max_questions: many", "max_questions: many", "must be a whole number"),
        ("limits:\n", "limit:\n", "limit:", "is not a part of a protocol"),
        ("rules:\n  - CR1\n", "rules: CR1\nalso_rules:\n  - CR1\n", "rules: CR1", "must be a list"),
        (AUDIENCE, 'audience: ""\n', "audience", "audience: This field cannot be blank."),
        ("key: calf\n", "key: [calf\n", "", "Cannot be read"),
        ("key: calf\n", "key: calf\nkey: calf\n", "key: calf", "stands here twice"),
        ("{key: from_18_to_59, label: 18 to 59}", "{key: none, label: 18 to 59}", "none", "reserved word"),
        ("emergency_now: [M-WAIT, M-NET]", "emergency_now: [M-WAIT, M-NOT]", "M-NOT", "there is no module 'M-NOT'"),
    ],
)
def test_a_bad_file_is_refused_with_line_and_reason(protocols, find, replace, line, reason):
    assert find in CALF
    text = CALF.replace(find, replace, 1)
    before = protocols["calf"].latest_revision_id

    with pytest.raises(ContentError) as caught:
        actions.import_protocol(page=protocols["calf"], text=text, name="calf.yaml", by=None)

    fault = next(one for one in caught.value.faults if reason in one.reason)
    assert fault.file == Path("calf.yaml")
    assert line in "".join(text.splitlines()[fault.line - 2 : fault.line])
    assert ProtocolPage.objects.get(code="calf").latest_revision_id == before


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        # a few lines that unfold to nine to the ninth words, a list that holds itself
        (LAUGHS, 2, "alias"),
        ("key: calf\nquestions: &q\n  - *q\n", 3, "alias"),
        # what goes down with each bracket ends the process with the hundred thousandth
        ("[" * 100_000, 1, "deeper"),
        ("{a: " * 100_000, 1, "deeper"),
        ("- " * 100_000, 1, "deeper"),
        ('key: calf\ntitle: "a\\0b"\n', 2, "no text holds"),
        ("key: calf\nrules: " + "[" * 200 + "]" * 200, 2, "deeper"),
    ],
)
def test_a_file_that_could_not_be_kept_or_would_unfold_or_nest_without_end_is_refused(text, line, reason):
    with pytest.raises(ContentError) as caught:
        protocol_file.read_text(text, "calf.yaml")

    (fault,) = caught.value.faults
    assert (fault.line, reason in fault.reason) == (line, True)


def test_the_file_of_another_protocol_is_refused(protocols):
    with pytest.raises(ContentError, match="This is the file of “calf”"):
        actions.import_protocol(page=protocols["pregnancy"], text=CALF, name="x.yaml", by=None)


def test_a_good_file_becomes_the_draft_and_nothing_public(protocols):
    text = CALF.replace("What is the pain like?", "How is the pain?")
    draft = actions.import_protocol(page=protocols["calf"], text=text, name="calf.yaml", by=None)

    page = ProtocolPage.objects.get(code="calf")
    assert "How is the pain?" in str(list(draft.questions.raw_data))
    assert "How is the pain?" not in str(list(page.questions.raw_data))
    assert "How is the pain?" in str(list(page.get_latest_revision_as_object().questions.raw_data))


def test_loading_again_changes_nothing(protocols):
    released: list[object] = []

    assert actions.load_starter_protocols(released.extend) == []
    assert released == []
