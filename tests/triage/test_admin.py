import re
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from triage import counts
from triage.actions import PROTOCOLS
from triage.models import DayCount
from triage.queries import charts, versions
from triage.stories import PageReader


@pytest.fixture
def editor(protocols, client):
    client.force_login(get_user_model().objects.create_superuser("chief", "chief@example.org", "x"))
    return client


def test_a_draft_can_be_run_by_editors_only(protocols, editor, client):
    page = protocols["calf"]
    address = reverse("triage_admin:try", args=[page.pk])
    draft = page.get_latest_revision_as_object()
    draft.intro = "<p>Only in the draft.</p>"
    draft.save_revision()

    assert "Only in the draft." in editor.get(address).content.decode()
    answered = editor.post(address, "go=begin", content_type="application/x-www-form-urlencoded").content.decode()
    assert PageReader(answered).fields["q"] == ["age"]
    assert f'action="{address}"' in answered
    editor.logout()
    assert editor.get(address).status_code == 302


def test_the_flow_is_drawn_and_said_in_words(protocols, editor):
    html = editor.get(reverse("triage_admin:flow", args=[protocols["calf"].pk])).content.decode()

    assert "<svg" in html
    assert html.count("<tr><td>") == len(protocols["calf"].questions)
    age = re.search(r"Reading age of all questions and answers: <strong>([\d.]+)", html)
    assert age is not None
    assert 5 <= float(age[1]) <= 12


@pytest.mark.parametrize("key", ["calf", "pregnancy"])
def test_every_question_can_be_read_at_twelve(protocols, key):
    from triage.drafts import check_of  # noqa: PLC0415
    from triage.preview import question_rows  # noqa: PLC0415

    hard = {row.question.key: row.age for row in question_rows(check_of(protocols[key])) if row.is_hard}
    assert hard == {}


def test_the_file_comes_out_and_goes_in_again(protocols, editor):
    page = protocols["calf"]
    out = editor.get(reverse("triage_admin:export", args=[page.pk]))
    assert out["Content-Disposition"] == 'attachment; filename="calf.yaml"'

    text = out.content.decode().replace("What is the pain like?", "How is the pain?")
    taken = editor.post(
        reverse("triage_admin:file", args=[page.pk]), {"file": SimpleUploadedFile("calf.yaml", text.encode())}
    )
    assert taken.status_code == 302
    page.refresh_from_db()
    assert "How is the pain?" in str(list(page.get_latest_revision_as_object().questions.raw_data))


def test_a_bad_file_is_refused_on_the_screen(protocols, editor):
    bad = (PROTOCOLS / "calf.yaml").read_bytes().replace(b"kind: place", b"kind: spot")
    answer = editor.post(
        reverse("triage_admin:file", args=[protocols["calf"].pk]), {"file": SimpleUploadedFile("calf.yaml", bad)}
    )

    assert answer.status_code == 400
    assert re.search(r"calf\.yaml, line \d+: questions\[place\]\.kind: must be one of", answer.content.decode())


def test_the_preview_shows_the_draft(protocols, editor):
    html = protocols["calf"].make_preview_request(preview_mode="").content.decode()

    assert "Run the draft as it was last saved" in html
    assert "<svg" in html


def test_the_editing_form_opens(protocols, editor):
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[protocols["pregnancy"].pk])).status_code == 200


def test_small_numbers_stay_hidden(protocols, editor):
    day = "2026-11-21"
    DayCount.objects.create(protocol="calf", version="a" * 64, day=day, event="started", count=40)
    DayCount.objects.create(protocol="calf", version="a" * 64, day=day, event="finished", detail="self_care", count=25)
    DayCount.objects.create(protocol="calf", version="a" * 64, day=day, event="finished", detail="ed_now", count=3)
    DayCount.objects.create(protocol="calf", version="a" * 64, day=day, event="finished", detail="routine", count=11)
    counts.sum_up()

    html = editor.get(reverse("triage_admin:numbers")).content.decode()
    assert re.search(r"self_care</th><td>25</td>", html)
    assert re.search(r"ed_now</th><td>too few to show</td>", html)
    assert re.search(r"Checks started on each day.*Sat 21 Nov</th><td>40</td>", html, re.DOTALL)


def test_counts_are_handed_on_in_lumps(visitor, db, own_folder):
    for _ in range(counts.ENOUGH):
        visitor().begin().calm_to("danger").answer("breathless")
    assert DayCount.objects.count() == 0

    counts.hand_over()
    assert counts.collect() == 1
    found = dict(DayCount.objects.values_list("event", "count").filter(detail__in=["", "emergency_now"]))
    assert found == {"started": 10, "finished": 10}


def test_what_is_added_to_a_day_is_in_its_sum(db, own_folder):
    folder = own_folder.parent / "counts"
    folder.mkdir()
    for number in (30, 12):
        (folder / "a.json").write_text(f'[["calf", "v", "2026-11-{number}", "started", "", {number}]]')
        assert counts.collect() == 1

    (found,) = charts([one for one in versions() if one.hash == "v"])
    assert (found.started.number, len(found.days), found.days[0].number) == (42, 19, 12)


def test_versions_are_parted(protocols, editor):
    for number in range(12):
        DayCount.objects.create(protocol="calf", version=f"v{number:02}", day="2026-11-21", event="started", count=40)
    counts.sum_up()

    first, last = (editor.get(reverse("triage_admin:numbers"), {"p": page}).content.decode() for page in (1, 2))

    assert re.findall(r"version (v\d\d)", first) == [f"v{number:02}" for number in range(11, 1, -1)]
    assert re.findall(r"version (v\d\d)", last) == ["v01", "v00"]
    assert "Page 2 of 2" in last


def test_a_few_counts_are_forgotten(visitor, db):
    visitor().begin()
    counts.hand_over()

    assert counts.collect() == 0


def numbers_of(days, levels=()):
    """Put counts of one version into the database and return its chart."""
    rows = [("started", "", day, number) for day, number in days]
    rows += [("finished", level, days[0][0], number) for level, number in levels]
    for event, detail, day, number in rows:
        DayCount.objects.create(protocol="calf", version="v", day=day, event=event, detail=detail, count=number)
    counts.sum_up()
    return charts([next(one for one in versions() if one.hash == "v")])[0]


def test_each_day_has_its_bar(db):
    found = numbers_of([(date(2026, 2, 27), 40), (date(2026, 3, 1), 20), (date(2026, 3, 2), 3)])

    assert [(bar.label, bar.number) for bar in found.days] == [
        ("Fri 27 Feb", 40), ("Sat 28 Feb", None), ("Sun 1 Mar", 20), ("Mon 2 Mar", None)
    ]  # fmt: skip
    assert found.days[0].width == 2 * found.days[2].width > 0


def test_only_the_last_weeks_are_drawn(db):
    found = numbers_of([(date(2026, 1, 1), 40), (date(2026, 6, 1), 20)])

    assert (len(found.days), found.days[-1].number, found.started.number) == (28, 20, 60)


def test_a_hidden_number_cannot_be_worked_out_from_the_sum(db):
    found = numbers_of([(date(2026, 1, 1), 90)], [("self_care", 50), ("routine", 20), ("same_day", 12), ("ed_now", 4)])

    assert {bar.label: bar.number for bar in found.levels} == {
        "self_care": 50, "routine": 20, "same_day": None, "ed_now": None
    }  # fmt: skip
