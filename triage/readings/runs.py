"""Every active story of a protocol told in another language: question by question, with the result and its cards."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import override

from articles.models import TranslationPage
from articles.translations.reading import reading
from review import batch
from review.fingerprint import digest, fingerprint
from review.remembered import Remembered
from triage.artefacts import Check, opened
from triage.engine.explain import in_words
from triage.engine.join import JoinError
from triage.engine.parse import ProtocolError
from triage.engine.protocol import Answers
from triage.engine.result import Result
from triage.engine.vignettes import check, levels_unknown, run
from triage.library import library
from triage.models import ProtocolPage, Story
from triage.other_words import in_words as in_other_words
from triage.package import package
from triage.partners.described import question
from triage.partners.told import told
from triage.readings.texts import Card, card
from triage.vignettes import queries
from triage.vignettes.told import ANY_DAY

# The parts of a result, by their names in the data, and what a reviewer calls them.
PARTS = {
    "rules": "Rule", "because": "Why we say this", "places": "Where to go", "techniques": "What helps meanwhile",
    "leave_alone": "What to leave alone", "causes_to_read": "To read",
}  # fmt: skip
HEAD = ("label", "lead", "referral", "examined", "while_waiting", "doubts", "on_hold")
Json = dict[str, Any]


class UntellableError(ValueError):
    """The protocol cannot be run in the other language; the message says why."""


@dataclass(frozen=True)
class Run:
    """One story as it is told in both languages; `shown` are the answers to what was asked."""

    story: Story
    shown: Answers
    level: str
    cards: tuple[Card, ...]

    @cached_property
    def texts(self) -> frozenset[str]:
        """The marks of all texts in the other language."""
        return frozenset(pair.mark for one in self.cards for pair in one.pairs if pair.is_translated)

    @cached_property
    def mark(self) -> str:
        """What tells this run from any other: its answers, its level, every text in the other language."""
        return digest([self.story.code, {k: list(v) if isinstance(v, tuple) else v for k, v in self.shown.items()},
                       self.level, sorted(self.texts)])  # fmt: skip


@dataclass(frozen=True, eq=False)
class Spoken:
    """A protocol as it is released, in its own words and in those of a translation that may be a draft."""

    page: ProtocolPage
    source: Check
    other: Check
    language: str

    def runs(self) -> list[Run]:
        """Return every active story, by name; one that the protocol cannot tell is left out: it bars the source.

        Raises UntellableError where a result has other parts than in the source, so that nobody could see all of it.
        """
        stories = queries.active(self.page)
        key = (self.source.document["hash"], self.other.document["hash"], queries.state_of(self.page))
        return _runs.get(key, lambda: list(self._told(stories)))

    def _told(self, stories: list[Story]) -> Iterator[Run]:
        with override(self.language):
            asked = dict(self._questions())
        for story in stories:
            item, protocol = story.vignette(), self.source.machine.protocol
            if check(item, protocol) or levels_unknown(item, protocol):
                continue
            outcome = run(self.source.machine, item)
            path = {key: outcome.answers[key] for key in outcome.result.asked}
            cards = (*(self._answered(asked[key], key, path) for key in path), *self._result(path, outcome.result))
            yield Run(story, path, outcome.result.disposition or "", cards)

    def _questions(self) -> Iterator[tuple[str, Card]]:
        others = self.other.machine.protocol.question
        for one in self.source.machine.protocol.questions:
            yield one.key, card(one.text, question(one), question(others[one.key]))

    def _answered(self, asked: Card, key: str, path: Answers) -> Card:
        both = (one.machine.protocol.question[key] for one in (self.source, self.other))
        given = card("", *({"given": in_words(one, path[key])} for one in both))
        return replace(asked, pairs=(*asked.pairs, *given.pairs))

    def _result(self, path: Answers, result: Result) -> Iterator[Card]:
        first = told(self.source, path, result, ANY_DAY)
        with override(self.language):
            second = told(self.other, path, result, ANY_DAY)
        yield card("Result", *({name: one[name] for name in HEAD} for one in (first, second)))
        for name, title in PARTS.items():
            if len(first[name]) != len(second[name]):
                raise UntellableError(f"“{title}” of a result has other parts in these words than in the source.")
            for one, other in zip(first[name], second[name], strict=True):
                yield card(f"{title}: {one['title']}" if "title" in one else title, one, other)
        yield card("When to get help", first["safety_net"], second["safety_net"])


_runs: Remembered[tuple[str, str, str], list[Run]] = Remembered(4)


def spoken(translation: TranslationPage) -> Spoken:
    """Return the protocol that a translation is of, in both languages; raises UntellableError.

    All else that it shows is taken as it is released at this moment.
    """
    key = ("spoken", translation.pk, fingerprint(translation))
    return batch.from_released(key, lambda: _spoken(translation))


def _spoken(translation: TranslationPage) -> Spoken:
    page = ProtocolPage.objects.select_related("include").get(pk=translation.source_id)
    try:
        document = package(page, library())
    except (JoinError, ProtocolError) as error:
        raise UntellableError(f"The protocol cannot be run: {error}.") from error
    with override(translation.language), reading(translation.language, known={page.pk: translation}):
        other = in_other_words(document, library(), translation.language)
    if other is None:
        raise UntellableError("In these words the protocol would decide otherwise.")
    return Spoken(page, opened(document), opened(other), translation.language)
