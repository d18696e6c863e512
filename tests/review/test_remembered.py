"""What is remembered: made once for each key, many together, and never more than so many."""

from review.remembered import Remembered


def test_what_is_not_known_is_made_together_and_the_oldest_is_forgotten():
    asked, known = [], Remembered(3)

    def make(keys):
        asked.append(keys)
        return {key: key * 10 for key in keys}

    assert known.many([1, 2, 2], make) == {1: 10, 2: 20}
    assert known.many([2, 3, 4], make) == {2: 20, 3: 30, 4: 40}
    assert known.get(1, lambda: 11) == 11
    assert known.many([1, 3, 4], make) == {1: 11, 3: 30, 4: 40}

    assert asked == [[1, 2], [3, 4]]


def test_what_cannot_be_made_is_asked_for_again():
    asked, known = [], Remembered(3)

    assert known.many([1], lambda keys: asked.append(keys) or {}) == {}
    assert known.many([1], lambda keys: asked.append(keys) or {}) == {}

    assert asked == [[1], [1]]
