import json

import pytest
from django.core.management import call_command

from triage import actions, artefacts, library, pages
from triage.answers import FORM_TYPE
from triage.engine.artefact import compile_source, content_hash
from triage.engine.receipts import encode
from triage.library import used_pages
from triage.models import ProtocolVersion
from triage.models.version import FrozenError
from triage.package import package


@pytest.mark.parametrize("key", ["calf", "pregnancy"])
def test_a_starter_protocol_has_no_problem(protocols, key):
    assert protocols[key].problems() == []


def test_a_protocol_names_every_page_it_runs_on(protocols):
    calf, pregnancy = used_pages(protocols["calf"]), used_pages(protocols["pregnancy"])

    assert len(calf) > 80
    assert {protocols["calf"].pk, *calf} < set(pregnancy)


def test_a_problem_names_its_place(protocols):
    page = protocols["calf"]
    raw = list(page.questions.raw_data)
    raw[2]["value"]["options"][0]["value"]["sets"] = ["breathles"]
    page.questions = page._meta.get_field("questions").to_python(raw)

    assert [str(one) for one in page.content_problems()] == ["Findings: There is no finding 'breathles'."]


def test_a_way_in_must_lead_somewhere(protocols):
    page = protocols["pregnancy"]
    page.starts = page._meta.get_field("starts").to_python(
        [{"type": "start", "value": {"label": "Nowhere", "question": "pregnancy", "option": "unicorn"}}]
    )

    assert [str(problem) for problem in page.content_problems()] == [
        "Ways in: “Nowhere” names a question or an answer that is not there."
    ]


def test_a_release_is_frozen(protocols):
    actions.write_artefacts()
    row = ProtocolVersion.objects.filter(key="calf").get()

    row.content = "{}"
    with pytest.raises(FrozenError):
        row.save()
    with pytest.raises(FrozenError):
        row.delete()


def test_a_release_is_kept_once_however_often_it_is_written(protocols):
    actions.write_artefacts()
    actions.write_artefacts()

    assert sorted(ProtocolVersion.objects.values_list("key", flat=True)) == ["calf", "pregnancy"]


def test_a_receipt_says_the_same_after_three_upgrades(protocols, documents, client, capsys):
    actions.write_artefacts()
    old = artefacts.shelf().current("calf")
    answers = {"age": "from_18_to_59", "pregnancy": ("none",), "danger": ("none",), "hospital": ("dark_urine",)}
    code = encode(old.machine, answers, pages.receipt_key())
    for number in range(4):
        artefacts.write({"calf": upgraded(old.document, number)}, documents[1])
    assert artefacts.shelf().version("calf", old.hash) is None

    html = client.post("/check/receipt/", f"code={code}", content_type=FORM_TYPE).content.decode()
    assert "an earlier version" in html
    assert "Go to an emergency department now" in html
    call_command("replay_receipt", code, "--json")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["disposition"], printed["genuine"], printed["newest"]) == ("ed_now", True, False)
    assert printed["version"] == old.hash


def upgraded(document, number):
    """A later release whose machine is another one."""
    source = {**document["engine"]["source"], "safety_net": f"Get help now if it gets worse. Version {number}."}
    body = {key: value for key, value in document.items() if key != "hash"} | {"engine": compile_source(source)}
    return {**body, "hash": content_hash(body)}


def other_last(code):
    return code[:-1] + ("0" if code[-1] != "0" else "1")


@pytest.mark.parametrize(
    "spoil", [other_last, lambda code: code[:-4], lambda code: code[4:], lambda _: "", lambda _: "!?"]
)
def test_a_receipt_that_was_changed_is_refused(db, calf, client, spoil):
    code = encode(calf.machine, {"age": "under_18"}, pages.receipt_key())
    html = client.post("/check/receipt/", f"code={spoil(code)}", content_type=FORM_TYPE).content.decode()

    assert "What the check said" not in html
    assert "There is a problem" in html


def test_a_check_reads_the_pages_it_names_and_not_whole_shelves(protocols, monkeypatch, django_assert_max_num_queries):
    page = protocols["calf"]
    whole = package(page)
    used = library._used_by_protocols()
    spare = next(code for code, pk in library.library()["modules"]._ids.items() if pk not in used)
    monkeypatch.setattr(library, "READ_WHOLE", 0)

    with django_assert_max_num_queries(80):
        assert package(page) == whole

    shelves = library.library()
    assert shelves["modules"][whole["engine"]["source"]["modules"][0]["code"]]
    assert spare not in {one.code for one in shelves["modules"]._pages.values()}
    assert shelves["modules"][spare]["code"] == spare
