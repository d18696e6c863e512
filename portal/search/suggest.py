"""What somebody may be about to type."""

from django.db.models import Q

from portal.models import Kind, SearchPhrase, Weight
from portal.search import spelling, words

MOST = 8
ROWS = 200
SHORTEST = 2


def suggestions(text: str) -> list[str]:
    """Return phrases that begin with the text, or have a word that does; misspelt text is corrected when none do."""
    shown = words.readable(text)
    typed = " ".join(words.tokens(shown))
    if len(typed) < SHORTEST and not words.is_cjk(typed):
        return []
    found = _beginning(typed)
    if not found:
        query = words.parse(shown)
        right = spelling.corrected(query) if query else None
        found = _beginning(" ".join(right.tokens)) if right else []
    return found


def _beginning(typed: str) -> list[str]:
    """Return the phrases that go on from what was typed, best first."""
    inside = Q(words__contains=typed) if words.is_cjk(typed) else Q(words__contains=f" {typed}")
    rows = (
        SearchPhrase.objects.filter(Q(words__startswith=typed) | inside)
        .filter(entry__page__live=True, weight__gt=Weight.DETAIL)
        .exclude(entry__kind=Kind.SOURCE)
        .order_by("-weight", "words")
        .values_list("words", "shown", "weight")[:ROWS]
    )
    ranked = sorted(rows, key=lambda row: (not row[0].startswith(typed), len(row[0]), -row[2], row[0]))
    return list({phrase: shown for phrase, shown, _ in ranked}.values())[:MOST]
