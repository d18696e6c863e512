"""Whoever looks for traces must be able to find them: each canary in each spelling, on its own and among much else."""

import os

import pytest

from tests import canaries

STEM = "bdfghjklmnprst"


@pytest.mark.parametrize("spelling", canaries.SPELLINGS)
def test_each_canary_is_found_in_each_spelling(spelling, tmp_path):
    for number, word in enumerate(canaries.canaries(STEM)):
        (tmp_path / f"{number}.bin").write_bytes(canaries.SPELLINGS[spelling](word))

    found = {hit.path.name for hit in canaries.in_files(canaries.below(tmp_path), STEM)}
    assert len(found) == canaries.COUNT >= 20


@pytest.mark.parametrize("spelling", sorted(set(canaries.SPELLINGS) - {"deflate", "brotli", "zip"}))
def test_a_canary_is_found_among_much_else(spelling, tmp_path):
    word = canaries.canaries(STEM)[7]
    (tmp_path / "big").write_bytes(os.urandom(20_000) + b" \x00" + canaries.SPELLINGS[spelling](word) + b"\x00 " * 9)

    assert canaries.in_files(canaries.below(tmp_path), STEM)


def test_a_canary_in_the_name_of_a_file_is_found(tmp_path):
    (tmp_path / STEM).write_text("nothing")

    assert [hit.spelling for hit in canaries.in_files(canaries.below(tmp_path), STEM)] == ["name of the file"]


def test_nothing_is_found_where_nothing_is(tmp_path):
    (tmp_path / "noise").write_bytes(os.urandom(300_000))
    (tmp_path / "words").write_text("a canary of another run: " + canaries.canaries("zzwwvvttssrrpp")[0])

    assert canaries.in_files(canaries.below(tmp_path), STEM) == []
