"""What somebody may be about to type."""

from django.db.models import Q
from django.db.models.functions import Length

from portal.models import Kind, SearchEntry, SearchPhrase, SearchWord, Weight
from portal.search import spelling, words

MOST = 8
# So many are looked at: those that say most, the shortest first. More of them are of no use to anybody who types.
ROWS = 64
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
    found = _ranked(Q(words__startswith=typed), typed)
    if typed and len(found) < MOST:
        # what only has the words inside comes after what begins with them
        first, _, more = typed.partition(" ")
        listed = Q(word=words.key(first)) if more or words.is_cjk(first) else Q(word__startswith=first)
        inside = Q(words__contains=typed) if words.is_cjk(typed) else Q(words__contains=f" {typed}")
        found |= _ranked(inside & Q(pk__in=SearchWord.objects.filter(listed).values("phrase")), typed) | found
    return list(found.values())[:MOST]


def _ranked(condition: Q, typed: str) -> dict[str, str]:
    """Return phrases of one sort, best first, as they are compared and as they are shown."""
    every = SearchPhrase.objects.filter(condition, weight__gt=Weight.DETAIL)
    best = every.order_by("-weight", Length("words"), "words").values("pk")[:ROWS]
    rows = SearchPhrase.objects.filter(pk__in=best)
    found = list(rows.values_list("words", "shown", "weight", "entry_id"))
    # asked for these alone: joined to every phrase that fits, it would take most of the time
    may_show = SearchEntry.objects.filter(pk__in={entry for *_, entry in found}, page__live=True)
    shown_entries = set(may_show.exclude(kind=Kind.SOURCE).values_list("pk", flat=True)) if found else set()
    ranked = sorted(found, key=lambda row: (not row[0].startswith(typed), len(row[0]), -row[2], row[:2]))
    return {phrase: shown for phrase, shown, _, entry in ranked if entry in shown_entries}
