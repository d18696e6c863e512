"""Figures: what is counted, what is drawn, what is written into files."""

import io
from datetime import date

import openpyxl
import pytest

from portal.figures import figures
from portal.figures.drawing import FOOT, HEIGHT, TOP, WIDTH, columns, lines
from portal.figures.figures import Figure
from review import demo, doors
from review.models import Standing
from tests.review import making
from triage import counts
from triage.models import DayCount, ProtocolVersion

DUE = Figure("due", "Due", "", "Month", ("Reviews",), (("Late", (2,)), ("Nov 2026", (4,)), ("Later", (0,))))
LEVELS = Figure("levels", "Levels", "", "Check", ("A", "B"), (("calf", (30, 10)), ("mini", (None, 12))))


def test_the_highest_bar_fills_the_drawing_and_none_leaves_it():
    drawn = columns(DUE)

    assert [bar.height for bar in drawn.bars] == [49.0, 98.0, 0.0]
    assert max(bar.height for bar in drawn.bars) == HEIGHT - TOP - FOOT
    assert all(bar.y + bar.height == HEIGHT - FOOT for bar in drawn.bars)
    assert drawn.bars[-1].x + drawn.bars[-1].width <= WIDTH


def test_a_line_is_divided_as_its_numbers_are_and_hides_what_is_hidden():
    first, second = lines(LEVELS).lines

    assert [(bar.width, bar.number) for bar in first.bars] == [(270.0, 30), (90.0, 10)]
    assert [(bar.x, bar.kind, bar.number) for bar in second.bars] == [(0.0, 1, 12)]


def test_a_figure_of_nothing_is_drawn_all_the_same():
    assert [bar.height for bar in columns(Figure("due", "", "", "", ("",), (("Late", (0,)),))).bars] == [0.0]
    assert lines(Figure("x", "", "", "", ("A",), ())).lines == ()


@pytest.mark.django_db
def test_reviews_are_counted_in_the_month_in_which_they_fall_due():
    today = date(2026, 11, 20)
    pages = [making.released(making.info()) for _ in range(4)]
    with doors.open_for([page.pk for page in pages]):
        Standing.objects.all().update(due_on=date(2029, 1, 1))
        for page, day in zip(pages, ["2026-11-19", "2026-11-20", "2027-01-31", "2028-01-01"], strict=True):
            Standing.objects.filter(pk=page.pk).update(due_on=day)

    found = {name: numbers[0] for name, numbers in figures.due_by_month(today).rows}

    rest = Standing.objects.filter(state="released").count() - 3
    assert {name: number for name, number in found.items() if number} == {
        "Late": 1, "Nov 2026": 1, "Jan 2027": 1, "Later": rest,
    }  # fmt: skip
    assert list(found)[1:3] == ["Nov 2026", "Dec 2026"]


@pytest.mark.django_db
def test_small_numbers_stay_hidden_in_files_too(client):
    demo.make_people()
    for level, number in (("same_day", 40), ("routine", 3), ("self_care", 25)):
        DayCount.objects.create(
            protocol="calf", version="v", day=date(2026, 11, 1), event=DayCount.FINISHED, detail=level, count=number
        )
    counts.sum_up()
    client.force_login(making.reviewer())

    row = client.get("/admin/reports/figures/results.csv").content.decode().splitlines()[1]

    assert row == '"calf, released earlier",0,0,40,too few to show,too few to show'


@pytest.mark.django_db
def test_accuracy_is_what_was_published_with_the_release():
    rows = figures.accuracy_by_release(date(2026, 11, 20)).rows
    versions = list(ProtocolVersion.objects.order_by("-released_at", "-pk"))[: figures.RELEASES]

    assert len(rows) == len(versions) > 0
    total = versions[0].document["accuracy"]["total"]
    assert rows[0][1] == (total["right"], total["acceptable"], total["too_cautious"], total["too_risky"])
    assert sum(rows[0][1]) == total["stories"] > 0


@pytest.mark.django_db
def test_a_workbook_holds_the_same_as_the_page(client):
    client.force_login(making.reviewer())

    answer = client.get("/admin/reports/figures/due.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active

    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Month", "Reviews")
    assert len(rows) == figures.MONTHS + 3
    text = client.get("/admin/reports/figures/").content.decode()
    assert all(f'<th scope="row">{name}</th><td>{number}</td>' in text for name, number in rows[1:])
    assert 'role="img" aria-label="Reviews due by month: Late ' in text


@pytest.mark.django_db
def test_an_unknown_figure_is_not_there(client):
    client.force_login(making.reviewer())
    assert client.get("/admin/reports/figures/none.csv").status_code == 404
    assert client.get("/admin/reports/figures/due.pdf").status_code == 404
