import pytest

from triage.engine.agreement import agreement


def test_nothing_judged_twice_is_no_agreement():
    found = agreement([])

    assert (found.pairs, found.share, found.kappa, found.percent) == (0, None, None, None)


def test_kappa_is_what_is_left_beyond_chance():
    # the usual textbook table: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15

    found = agreement(pairs)

    assert found.percent == 70
    assert found.kappa == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("pairs", "share", "kappa"),
    [
        ([("a", "a"), ("b", "b")], 1, 1),
        ([("a", "b"), ("b", "a")], 0, -1),
        ([("a", "a"), ("a", "a")], 1, None),
    ],
)
def test_the_ends_of_the_scale(pairs, share, kappa):
    found = agreement(pairs)

    assert (found.share, found.kappa) == (share, kappa)
