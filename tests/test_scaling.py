"""docs/scaling.md says what the measured figures give."""

from tools import scaling


def test_the_table_is_what_the_figures_give():
    text = scaling.DOC.read_text(encoding="utf-8")

    assert scaling.written(text) == text, "run tools/scaling.py --write"


def test_ten_million_reads_a_day_are_116_a_second():
    assert "| reads | 116/s | 278/s | 2778/s |" in scaling.table()
