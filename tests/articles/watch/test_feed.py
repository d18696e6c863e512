"""Tables and answers of others: what fits is read, what does not is left out, nothing breaks."""

import csv
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.watch import feed
from articles.watch.feed import Count, NotAFeedError, Notice

HEADS = ["Record ID", "Title", *feed.NEEDED, "Reason"]
DOI = "10.1136/bmj.x1"


def table(*rows, heads=HEADS):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue().encode()


def line(doi=DOI, nature="Retraction", notice="10.1136/bmj.r1", day="5/3/2025 0:00", reason="+Error in Data;+Hoax;"):
    return ["1", "A work", doi, nature, notice, day, reason]


def read(data, *wanted):
    count = Count()
    return list(feed.retraction_watch(data, wanted or [DOI], count)), count


def test_a_notice_about_a_wanted_work_is_read():
    found, count = read(table(line(), line(doi="10.1000/other"), line(doi="10.1136/BMJ.X1", nature="Correction")))

    assert found[0] == Notice(DOI, "Retraction", "10.1136/bmj.r1", date(2025, 5, 3), "Error in Data; Hoax")
    assert [one.nature for one in found] == ["Retraction", "Correction"]
    assert (count.read, count.left_out) == (3, 0)


def test_a_doi_is_the_same_in_every_spelling():
    spelled = ["https://doi.org/10.1136/BMJ.X1", "doi:10.1136/bmj.x1.", " 10.1136/bmj.x1 "]

    assert {feed.doi_of(one) for one in spelled} == {DOI}
    assert [feed.doi_of(one) for one in ("", None, "10.1/x", "unavailable", 7)] == [""] * 5


@pytest.mark.parametrize(
    "row",
    [line(nature="Retracted?"), line(doi="unavailable"), [*line(), "one cell too many"], ["short"], []],
)
def test_a_line_that_does_not_fit_is_left_out(row):
    found, count = read(table(row, line()))

    assert len(found) == 1
    assert count.left_out <= 1


@pytest.mark.parametrize("data", [b"", b"<html>Not found</html>", b"a,b\n1,2\n", b"\xff\xfe\0", table(heads=["x"])])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(NotAFeedError):
        read(data)


def test_a_cell_without_an_end_does_not_hide_the_rest_for_ever():
    found, count = read(table(line(reason="x" * 30_000), line()))

    assert len(found) == 1
    assert count.left_out == 1
    assert csv.field_size_limit() > feed.CELL


cells = st.text(max_size=30) | st.sampled_from([DOI, "Retraction", '"', '""', ",", "\r\n", "\0", "=cmd()", "10.1136/"])


@given(st.lists(st.lists(cells, max_size=9), max_size=8), st.binary(max_size=60))
def test_whatever_stands_in_a_table_only_true_notices_come_out(rows, tail):
    try:
        found, count = read(table(*rows, line()) + tail)
    except NotAFeedError:
        return
    assert all(one.doi == DOI and one.nature in feed.NATURES.values() for one in found)
    assert all("\0" not in one.reason and len(one.reason) <= 200 for one in found)
    assert count.read >= len(found)


def answer(**update):
    item = {"DOI": "10.1136/bmj.r1", "update-to": [{"DOI": DOI, "type": "retraction", **update}]}
    return json.dumps({"message": {"items": [item]}}).encode()


def test_what_crossref_says_of_a_work():
    dated = {"updated": {"date-parts": [[2025, 5, 3]]}}

    assert feed.crossref(answer(**dated), DOI) == [Notice(DOI, "Retraction", "10.1136/bmj.r1", date(2025, 5, 3))]
    assert feed.crossref(answer(DOI="10.1000/other"), DOI) == []
    assert feed.crossref(answer(type="something new"), DOI) == []
    assert feed.crossref(answer(updated={"date-parts": [[99999]]}), DOI)[0].day is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["message", "items", "update-to", "DOI", "type", "updated", "date-parts"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(json_values)
def test_whatever_crossref_answers_it_is_read_or_refused(value):
    try:
        found = feed.crossref(json.dumps(value).encode(), DOI)
    except NotAFeedError:
        return
    assert all(isinstance(one, Notice) for one in found)


def test_signs_that_nobody_can_see_or_keep_do_not_come_in():
    hostile = "\x00\ud800\u202eA <b>bold</b>\u200b\n=1+1"
    answer = {"message": {"items": [{"DOI": f"10.1000/n\x00\u202e{'x' * 300}", "update-to": [
        {"DOI": DOI, "type": "retraction", "updated": {"date-parts": [[2025]]}}]}]}}  # fmt: skip

    (told,) = feed.crossref(json.dumps(answer).encode(), DOI)
    assert told.notice_doi == "10.1000/n"
    assert feed.readable(hostile) == "A <b>bold</b> =1+1"
    found, _ = read(table(line(reason="Hoax\u202e;\u200b+Bad\tdata")))
    assert found[0].reason == "Hoax; Bad data"
