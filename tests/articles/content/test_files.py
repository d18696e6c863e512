import pytest

from articles.content.files import ContentError, read_folder


def write(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")


def test_each_part_knows_its_line(tmp_path):
    write(
        tmp_path,
        "a.yaml",
        "- type: term\n  slug: one\n  citations:\n    - {source: s, place: p}\n- type: term\n  slug: two\n",
    )

    first, second = read_folder(tmp_path)

    assert (first.line("slug"), first.line("citations", 0), second.line()) == (2, 4, 5)


def test_a_missing_part_gives_the_line_around_it(tmp_path):
    write(tmp_path, "a.yaml", "type: guide\nsections:\n  - heading: Why?\n")

    (entry,) = read_folder(tmp_path)

    assert entry.line("sections", 0, "content", 7) == 3


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("type: term\nslug: one\nslug: two\n", 3, "“slug” stands here twice."),
        ("- type: term\n- just words\n", 2, "A page is a list of keys and values."),
        ("type: term\ntitle: [unclosed\n", 3, "Cannot be read"),
        ("type: term\ntitle: =\n", 2, "“=” is of no kind that is read here"),
        ("type: term\nfrom: 2026-99-99\n", 2, "“2026-99-99” is of no kind that is read here"),
        ('type: term\ntitle: "a\\0b"\n', 2, "A character stands here that no text holds"),
        ('type: term\ntitle: "\\ud800"\n', 2, "Cannot be read"),
        ('"ty\\0pe": term\n', 1, "A character stands here that no text holds"),
    ],
)
def test_a_bad_file_is_refused_with_line_and_reason(tmp_path, text, line, reason):
    write(tmp_path, "bad.yaml", text)

    with pytest.raises(ContentError) as refused:
        read_folder(tmp_path)

    (fault,) = refused.value.faults
    assert (fault.file.name, fault.line) == ("bad.yaml", line)
    assert fault.reason.startswith(reason)


def test_the_faults_of_all_files_are_told_together(tmp_path):
    write(tmp_path, "a.yaml", "- 1\n")
    write(tmp_path, "b.yaml", "- 2\n")

    with pytest.raises(ContentError) as refused:
        read_folder(tmp_path)

    assert [f.file.name for f in refused.value.faults] == ["a.yaml", "b.yaml"]


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"title: \xff\xfe")

    with pytest.raises(ContentError, match="Cannot be read"):
        read_folder(tmp_path)
