"""When somebody types a sign of an emergency, how to get help comes before anything to read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from articles.enums import Disposition
from articles.models import CareRulePage, FindingPage
from portal.models import Kind, SearchPhrase, Weight
from portal.search import words

AT_ONCE = (Disposition.EMERGENCY_NOW, Disposition.ED_NOW)
MOST = 3
# Words that tell when or how much, not what.
MINOR = frozenset(words.stem(w) for w in "new newly now sudden suddenly severe bad very trouble one both".split())
# Other words for a sign say the same; other words for a rule may only be about it.
SAYS_IT = Q(entry__kind=Kind.SIGN, weight__gt=Weight.DETAIL) | Q(
    entry__kind=Kind.CARE_RULE, weight__in=(Weight.CONDITION, Weight.TITLE)
)


@dataclass(frozen=True)
class UrgentAdvice:
    """What to do now: a care rule, or a sign that is urgent alone."""

    page: CareRulePage | FindingPage
    disposition: Disposition

    @property
    def rules(self) -> list[CareRulePage]:
        """The care rule, as the list that a care card is made of; empty for a sign."""
        return [self.page] if isinstance(self.page, CareRulePage) else []

    @property
    def action(self) -> str:
        """The sentence that says what to do."""
        return getattr(self.page, "action", "") or str(self.disposition.label)


def warnings_for(queries: Iterable[words.Query]) -> list[UrgentAdvice]:
    """Return at most a few warnings, the most urgent first, for the emergencies that a query names."""
    asked = [set(query.stems) for query in queries]
    named = {
        (pk, kind)
        for pk, kind, phrase in SearchPhrase.objects.filter(
            SAYS_IT, entry__urgency__in=AT_ONCE, entry__page__live=True
        ).values_list("entry_id", "entry__kind", "words")
        if any(names(phrase, wanted) for wanted in asked)
    }
    if not named:
        return []
    signs = FindingPage.objects.live().in_bulk([pk for pk, kind in named if kind == Kind.SIGN])
    rules = CareRulePage.objects.live().filter(disposition__in=AT_ONCE)
    codes = {sign.code for sign in signs.values()}
    chosen = {rule.pk: rule for rule in rules if (rule.pk, Kind.CARE_RULE) in named or _met(rule, codes)}
    pages: list[CareRulePage | FindingPage] = list(chosen.values()) or list(signs.values())
    found = [UrgentAdvice(page, Disposition(getattr(page, "disposition", "") or page.urgent_as)) for page in pages]
    return sorted(found, key=lambda w: (AT_ONCE.index(w.disposition), w.page.title))[:MOST]


def names(phrase: str, wanted: set[str]) -> bool:
    """Whether a query has all that a phrase says, leaving out words such as 'new' or 'suddenly'.

    'varicose veins' must not raise an alarm because 'burst varicose vein' is one: every telling word counts. Nor does
    'pain' because of 'severe pain': a word that stays alone is not enough.
    """
    telling = set(words.parse(phrase).stems)
    bare = telling - MINOR
    return telling <= wanted or (len(bare) > 1 and bare <= wanted)


def _met(rule: CareRulePage, codes: set[str]) -> bool:
    """Whether one of the signs alone is enough for the rule."""
    alone = [
        need["findings"]
        for condition in rule.plain_conditions()
        for need in condition["needs"]
        if need["present"] and len([n for n in condition["needs"] if n["present"]]) == 1
    ]
    return rule.mode == "any" and any(codes & set(findings) for findings in alone)
