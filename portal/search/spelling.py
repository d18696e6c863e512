"""Words that are nearly those of the index."""

from functools import lru_cache

from django.db.models import Count, Max
from rapidfuzz import process
from rapidfuzz.distance import OSA

from portal.models import SearchEntry, SearchPhrase, Weight
from portal.search import words

SHORTEST = 4
# Letters that may be wrong in a word of at least so many letters.
ALLOWED = ((8, 2), (SHORTEST, 1))


def corrected(query: words.Query) -> words.Query | None:
    """Return the query with unknown words replaced by the nearest known ones; None when nothing is near."""
    known = _vocabulary(*_version())
    changed = [_nearest(token, known) for token in query.tokens]
    return words.parse(" ".join(changed)) if tuple(changed) != query.tokens else None


def _version() -> tuple[int, str]:
    """Return what changes whenever the phrases change, for one small query."""
    row = SearchEntry.objects.aggregate(count=Count("pk"), latest=Max("changed_at"))
    return row["count"], str(row["latest"])


@lru_cache(maxsize=2)
def _vocabulary(count: int, latest: str) -> dict[str, int]:
    """Return every word of the phrases with how often it is there, kept in process for one version."""
    found: dict[str, int] = {}
    for phrase, weight in SearchPhrase.objects.values_list("words", "weight").iterator():
        for word in phrase.split():
            if not words.is_cjk(word) and weight > Weight.DESCRIPTION:
                found[word] = found.get(word, 0) + 1
    return found


def _nearest(token: str, known: dict[str, int]) -> str:
    """Return the nearest word, the more frequent of equals; the token itself when it is known or nothing is near."""
    if token in known or words.is_cjk(token) or not token.isalpha() or token in words.STOP_WORDS:
        return token
    limit = next((wrong for length, wrong in ALLOWED if len(token) >= length), 0)
    if not limit:
        return token
    near = process.extract(token, known.keys(), scorer=OSA.distance, score_cutoff=limit, limit=20)
    # The first letter is seldom wrong; then the fewest changes, then the most frequent word.
    ranked = sorted(near, key=lambda hit: (hit[0][0] != token[0], hit[1], -known[hit[0]], hit[0]))
    return ranked[0][0] if ranked else token
