import pytest
from django.template.loader import render_to_string

from triage import around, pages, question_page
from triage.engine.safety_net import spoken
from triage.steps import Show, Step


def common(check, **more):
    beside = {"draft": False, "updated": False, "lost": False, "for_other": False, "offer": None, "tongues": ()}
    return {**around.about(check), "action": "/check/x/", "hidden": {}, "who": "me", **beside, **more}


def in_full(context, taken):
    """The page of a question, rendered as a whole."""
    check = context["check"]
    number, left = question_page._place(check, taken)
    places = {"state": question_page.state(context),
              "notes": render_to_string("triage/parts/notes.html", context) if context["lost"] else "",
              "progress": question_page._progress(number, left, "en"), "back": number > 1}  # fmt: skip
    return render_to_string(question_page.TEMPLATE, {**context, **question_page.question(check, taken), **places})


@pytest.mark.parametrize("slug", ["calf", "pregnancy"])
def test_a_page_put_together_from_its_parts_is_the_same_page(released, slug):
    check = released.current(slug)
    for question in check.machine.protocol.questions:
        taken = Step(Show.QUESTION, {}, question.key)
        for context in (common(check), common(check, who="other", for_other=True, lost=True)):
            assert question_page.page(context, taken) == in_full(context, taken)


def test_what_is_kept_of_a_page_holds_no_answer(calf):
    answers = {"age": "from_60", "danger": ("breathless",)}
    context = common(calf, hidden={"a-danger": "breathless"}, who="other")

    page = question_page.page(context, Step(Show.QUESTION, answers, "swelling"))
    kept = "".join(question_page._cut(calf, "swelling", "/check/x/", (True, False), ()))

    assert 'name="a-danger" value="breathless"' in page
    assert "breathless" not in kept
    assert "for someone else" not in kept


def test_values_are_written_safely(calf):
    page = question_page.page(common(calf, hidden={"a-x": '"><script>'}), Step(Show.QUESTION, {}, "age"))

    assert "<script>" not in page
    assert 'value="&quot;&gt;&lt;script&gt;"' in page


def test_a_late_review_is_said_on_every_page(calf, visitor, monkeypatch):
    late = "The next review of this check is late."
    assert late not in visitor().begin().page.text
    for module in (around, pages):
        monkeypatch.setattr(module, "is_overdue", lambda check, today: True)

    someone = visitor().begin()
    assert late in someone.page.text
    assert late in someone.press("leave").page.text
    assert late in someone.client.get("/check/calf/").content.decode()


def test_a_review_is_late_from_the_day_after(calf):
    due = around.date.fromisoformat(calf.document["review"]["due_on"])

    assert not around.is_overdue(calf, due)
    assert around.is_overdue(calf, due + around.date.resolution)
    assert spoken(due) == around.about(calf)["review"]["due_on"]
