"""The press prints what it is given, reaches nothing else, and comes to an end."""

import io
import socket
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.utils.translation import override

from articles.paper import press as press_file
from articles.paper import printing
from articles.paper.printing import BusyError, Job, NotPrintedError, Press
from tests import papers

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><path d="M0 0h40v40H0z"/></svg>'
UNSIZED = DRAWING.replace(b'width="40" height="40"', b'viewBox="0 0 40 40"')
PAGE = """<!doctype html><html lang="en-GB"><title>A sore leg</title><body><main>
<h1>A sore leg</h1><p>Words of one kind, and <span lang="zh-Hant">小腿痠痛</span>.</p>
<svg aria-hidden="true" width="9" height="9"><path d="M0 0h9v9H0z"/></svg>
<svg role="img" aria-label="Where this is from" width="9" height="9"><path d="M0 0h9v9H0z"/></svg>
<img src="/static/leg.svg" alt="A leg from behind"><h2>What to do</h2><ol><li>Rest.</li></ol>
<table><thead><tr><th scope="col">If</th></tr></thead><tbody><tr><td>so</td></tr></tbody></table></main>"""


@pytest.fixture(scope="module")
def press():
    made = Press(seconds=5, memory=700)
    yield made
    made.stop()


def job(html=PAGE, **values):
    pictures = {"/static/leg.svg": ("image/svg+xml", DRAWING), "/static/bare.svg": ("image/svg+xml", UNSIZED)}
    return Job(html.encode(), foot="A sore leg · https://example.org/", made="Made today.", pictures=pictures, **values)


@pytest.fixture(scope="module")
def printed(press):
    return press.to_pdf(job(), wait=True)


def test_a_print_can_be_read_aloud(printed):
    found = papers.tags(printed)
    with pikepdf.open(io.BytesIO(printed)) as opened:
        language, title = str(opened.Root.Lang), str(opened.docinfo.Title)
        outline = opened.open_outline().root
        headings = [outline[0].title, *(child.title for child in outline[0].children)]

    assert papers.faults(printed) == []
    assert (language, title, headings) == ("en-GB", "A sore leg", ["A sore leg", "What to do"])
    assert [alt for tag, alt in found if tag == "Figure"] == ["Where this is from", "A leg from behind"]
    assert {"H1", "H2", "P", "L", "LI", "Table", "TH", "TD"} <= {tag for tag, _ in found}


def test_every_letter_is_in_the_file_also_chinese_ones(printed):
    found = papers.fonts(printed)

    assert all(found.values())
    assert any("CJK" in name for name in found)
    assert any("Liberation" in name for name in found)
    assert "小腿痠痛" in papers.text_of(printed)


def test_each_sheet_says_where_it_is_from_and_that_it_may_be_out_of_date(printed):
    assert "A sore leg · https://example.org/ Made today." in papers.text_of(printed)
    assert "Page 1 of 1" in papers.text_of(printed)


@pytest.mark.parametrize(("turn", "is_right"), [("", False), (' dir="rtl"', True)])
def test_a_page_that_runs_from_right_to_left_is_laid_out_so(press, turn, is_right):
    drawing = '<figure><img class="drawing" src="/static/bare.svg" alt="A leg"></figure>'
    table = "<table><tr><td>Mine<td>Yours</table>"
    html = f'<!doctype html><html lang="en-GB"{turn}><title>a</title><main>{drawing}{table}'
    page = pypdfium2.PdfDocument(press.to_pdf(job(html), wait=True))[0]

    def left_of(words):
        text = page.get_textpage()
        return text.get_charbox(text.search(words).get_next()[0])[0]

    assert (left_of("Mine") > left_of("Yours")) is is_right
    assert (left_of("A sore leg") > left_of("Page 1")) is is_right


def test_a_print_in_another_language_has_its_words(press):
    with override("zh-hant"):
        words = papers.text_of(press.to_pdf(job(), wait=True))

    assert "第 1 頁，共 1 頁" in words
    assert "Page 1" not in words


def test_nobody_is_asked_for_what_a_page_names(press, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_bytes(DRAWING)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        there = f"http://127.0.0.1:{server.getsockname()[1]}"
        sources = (f"{there}/x.svg", f"file://{secret}", "/static/no.svg")
        names = "".join(f"<img src='{one}' alt='not shown'>" for one in sources)
        more = f"<style>@import '{there}/x.css'; p {{ background: url({there}/y.svg) }}</style>"
        pdf = press.to_pdf(job(PAGE + names + more), wait=True)
        with pytest.raises(TimeoutError):
            server.accept()

    assert papers.text_of(pdf).count("not shown") == 3


def test_the_press_knows_nothing_of_the_site(press, printed):
    surroundings = Path(f"/proc/{press._process.pid}/environ").read_bytes()

    names = {line.partition(b"=")[0].decode() for line in surroundings.split(b"\0") if line}
    assert names == {"PATH", "LANG", "XDG_CACHE_HOME"}


@pytest.mark.parametrize(("seconds", "memory", "rows"), [(1, 900, 20_000), (5, 90, 4_000)])
def test_a_page_that_takes_too_much_is_given_up_and_the_next_one_printed(seconds, memory, rows):
    small = Press(seconds=seconds, memory=memory)
    try:
        with pytest.raises(NotPrintedError):
            small.to_pdf(job("<p>too much" * rows), wait=True)
        small.memory = 700
        assert small.to_pdf(job("<html lang=en><title>a</title><p>Little."), wait=True).startswith(b"%PDF")
    finally:
        small.stop()


def test_a_press_that_died_is_started_anew(press):
    press.to_pdf(job(), wait=True)
    press._process.kill()
    press._process.wait()

    assert press.to_pdf(job(), wait=True).startswith(b"%PDF")


def test_who_does_not_want_to_wait_is_told_at_once(press):
    with press._lock, pytest.raises(BusyError):
        press.to_pdf(job(), wait=False)


def test_whoever_prints_can_write_no_file_and_leaves_no_core(tmp_path):
    code = (
        "import os, resource, sys; sys.path.insert(0, sys.argv[1]); import press; press._limit(5, 500);"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], flush=True);"
        "os.write(os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY), b'x')"
    )
    place = [str(Path(press_file.__file__).parent), str(tmp_path / "x")]
    ran = subprocess.run([sys.executable, "-c", code, *place], capture_output=True, text=True, check=False)  # noqa: S603

    assert ran.stdout == "0\n"
    assert "File too large" in ran.stderr
    assert (tmp_path / "x").stat().st_size == 0


def test_what_is_missing_is_named_as_it_can_be_installed(monkeypatch):
    monkeypatch.setitem(printing.LIBRARIES, "libnothing0", "libnothing.so.0")

    assert printing.missing() == ["libnothing0"]


def test_a_page_has_the_size_of_a4(printed):
    assert [round(side) for side in pypdfium2.PdfDocument(printed)[0].get_size()] == [595, 842]
