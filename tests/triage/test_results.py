"""What a result says, in words, in its files and in bytes."""

from datetime import timedelta

from django.utils import timezone

from tests.triage.conftest import calm_answer
from triage.engine.safety_net import spoken


def sore_leg(visitor, *risks):
    """Somebody of 30 with one sore leg after new exercise, who has no clot risk, or some, or is not sure."""
    someone = visitor().begin().calm_to("where").answer("pain_one_leg").calm_to("clots").answer(*(risks or ["none"]))
    if "some" in risks:
        someone.answer("?family_clot")
    someone.calm_to("before").answer("after_new_exercise").calm_to(None).press("result")
    return " ".join(someone.page.text.split())


def test_why_something_is_withheld_is_true_of_whoever_reads_it(visitor):
    said, asked = "you have a clot risk", "A check at home cannot rule this out."

    nobody = sore_leg(visitor)
    assert "Do not use: " in nobody
    assert asked in nobody
    assert said not in nobody
    assert "20 weeks" not in nobody
    doubtful = sore_leg(visitor, "some")
    assert f"We cannot rule out that one leg hurts, you did not clearly injure it, and {said}" in doubtful
    assert asked not in sore_leg(visitor, "prior_clot")


def test_the_file_for_the_doctor_says_what_was_denied(visitor):
    someone = visitor().begin().calm_to("danger").answer("none").calm_to("where").answer("calf_tender")
    said = someone.calm_to(None).press("summary").response.content.decode()

    assert "None of these\n  No: New trouble breathing; " in said
    ticked, denied = said.split("- Which of these fit your leg? ")[1].split("\n- ")[0].split("\n  No: ")
    assert ticked == "One calf or thigh is sore when you press deep"
    assert "There is a lump behind the knee" in denied
    assert ticked not in denied


def test_the_summary_on_the_screen_says_what_was_denied_too(visitor):
    someone = visitor().begin().calm_to("where").answer("calf_tender").calm_to(None).press("result")

    shown = " ".join(someone.page.text.split())
    assert "None of these No: New trouble breathing; Pain in the chest; " in shown
    assert "One calf or thigh is sore when you press deep No: One leg keeps hurting; " in shown


def test_what_would_make_it_less_urgent_is_said_without_a_double_no(visitor):
    someone = visitor().begin().calm_to("swelling").answer("yes").calm_to(None).press("result")

    assert "it would be less urgent: Is one calf or leg newly bigger than the other? Yes" in someone.page.text
    assert "not: " not in someone.page.text


def test_the_date_of_the_safety_net_and_its_file_agree(visitor):
    someone = visitor().begin().calm_to(None).press("result")
    day = timezone.localdate() + timedelta(days=7)

    assert spoken(day) in someone.page.text
    file = someone.press("calendar").response
    assert file["Content-Type"].startswith("text/calendar")
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in file.content.decode()
    assert "calf" not in file.content.decode().lower()


def test_the_summary_can_be_saved(visitor):
    someone = visitor().begin().calm_to(None).press("result").press("summary")

    text = someone.response.content.decode()
    assert someone.response["Content-Disposition"] == 'attachment; filename="check-summary.txt"'
    assert "Result: Look after it at home" in text
    assert "- How old is the person with the leg problem? 18 to 59" in text


def test_a_result_weighs_at_most_40_kilobytes(visitor):
    everything = visitor().begin()
    while everything.question:
        key, values = everything.question, everything.page.values
        if key in {"danger", "hospital", "injury", "pain", "skin", "unwell", "where"}:
            everything.answer("none" if "none" in values else "no")
        elif "none" in values and key != "pregnancy":
            everything.answer(*[one for one in values if one not in {"none", "some", "unsure"}])
        else:
            everything.answer(calm_answer(everything))
    sizes = [len(everything.press("result").response.content)]
    sizes.append(len(visitor().begin().calm_to(None).press("result").response.content))
    sizes.append(len(visitor("pregnancy").begin().calm_to(None).press("result").response.content))

    assert max(sizes) <= 40_000


def test_whoever_was_not_sure_is_told_so_once(visitor):
    someone = visitor().begin().answer("unsure").calm_to(None).press("result")

    assert "Not sure" in someone.page.text
    assert "not sure: Not sure" not in someone.page.text
