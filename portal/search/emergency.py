"""When somebody types a sign of an emergency, how to get help comes before anything to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, F, Q, When
from wagtail.models import Page, ReferenceIndex

from articles.enums import Disposition
from articles.models import CareRulePage, FindingPage
from portal.models import NEVER, Kind, SearchPhrase, SearchWord, Weight
from portal.search import words

AT_ONCE = (Disposition.EMERGENCY_NOW, Disposition.ED_NOW)
MOST = 3
MINOR = words.minor()
# Of what a query names, so much is looked at, the most urgent first.
LOOKED_AT = 12
# Other words for a sign say the same; other words for a rule may only be about it.
SAYS_IT = {Kind.SIGN: (Weight.WORD, Weight.NAME, Weight.TITLE), Kind.CARE_RULE: (Weight.CONDITION, Weight.TITLE)}
# The same as `names`, as the database counts it.
IS_NAMED = Q(found=F("phrase__telling")) | Q(bare=F("phrase__bare"), phrase__bare__gt=1)


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
    named = {row for query in queries for row in _named(set(query.stems))}
    if not named:
        return []
    signs = FindingPage.objects.live().in_bulk([pk for pk, kind in named if kind == Kind.SIGN])
    codes = {sign.code for sign in signs.values()}
    using = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), to_object_id__in=[str(pk) for pk in signs]
    )
    ids = {pk for pk, _ in named} | {int(pk) for pk in using.values_list("object_id", flat=True)}
    rules = CareRulePage.objects.live().filter(pk__in=ids, disposition__in=AT_ONCE)
    chosen = {rule.pk: rule for rule in rules if (rule.pk, Kind.CARE_RULE) in named or _met(rule, codes)}
    pages: list[CareRulePage | FindingPage] = list(chosen.values()) or list(signs.values())
    found = [UrgentAdvice(page, Disposition(getattr(page, "disposition", "") or page.urgent_as)) for page in pages]
    return sorted(found, key=lambda w: (AT_ONCE.index(w.disposition), w.page.title))[:MOST]


def _named(wanted: set[str]) -> set[tuple[int, str]]:
    """Return id and kind of the pages with a phrase that a query names; the most urgent, where there are many."""
    says_it = reduce(or_, (Q(entry__kind=kind, weight__in=weights) for kind, weights in SAYS_IT.items()))
    enough = Q(stem__in=wanted, alarm__lte=min(len(wanted), NEVER - 1))
    rows = (
        SearchWord.objects.filter(enough, says_it, is_telling=True, entry__urgency__in=AT_ONCE)
        .values("phrase_id", "phrase__telling", "phrase__bare", "entry_id", "entry__kind", "entry__urgency")
        .annotate(found=Count("stem", distinct=True), bare=Count("stem", distinct=True, filter=Q(is_minor=False)))
        .filter(IS_NAMED)
        .order_by(Case(When(entry__urgency=AT_ONCE[0], then=0), default=1), "entry_id", "phrase_id")
    )
    return set(rows.values_list("entry_id", "entry__kind")[:LOOKED_AT])


def words_needed(phrase: SearchPhrase) -> int:
    """Return how many telling words of a phrase a query must have at least to name an emergency by it."""
    entry = phrase.entry
    if entry.urgency not in AT_ONCE or phrase.weight not in SAYS_IT.get(Kind(entry.kind), ()):
        return NEVER
    return phrase.bare if phrase.bare > 1 else phrase.telling


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
