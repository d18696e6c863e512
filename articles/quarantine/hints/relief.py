"""What a text advises, beside what the portal and other raw texts say of the same thing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.enums import Action
from articles.quarantine.hints.amounts import is_advice
from articles.quarantine.hints.kinds import Hint, HintKind, Told, in_short, over
from articles.quarantine.lexicon import content, stem
from articles.quarantine.segments import Piece
from articles.quarantine.vocabulary import SAID, Relief

_DENIED = re.compile(
    r"\b(?:not|never|avoid|without|no|don't|stop|leave out|skip|forbid\w*|cannot)\b[^.;:]{0,40}$", re.IGNORECASE
)
_LIMITED = re.compile(
    r"\b(?:if|only|unless|until|except|provided|once a doctor|before|after|then|no longer than|at most|\d+ minutes)\b",
    re.IGNORECASE,
)
_HELPS = re.compile(
    r"\b(?:help|relie|alleviat|sooth|eas(?:e|es|ing)\b|reduc|loosen|improv|works? best|feels good)", re.IGNORECASE
)
_HARMS = re.compile(r"\b(?:caus|too much|too long|fatigu|tire|harm|worse|trigger|induc|lead to|avoid)", re.IGNORECASE)
_LATER = re.compile(r"\b(?:then|after|afterwards|changed? to|switch|once)\b", re.IGNORECASE)
_PREGNANT = re.compile(r"\bpregnan|\bexpectant mother|\bmaternal", re.IGNORECASE)
_ACTIVITIES = frozenset(
    "exercise sport massage walk rest heat cold stretching walking standing sitting running".split()
)
LIKENESS = 0.7
FEWEST = 4
SHOWN = 3


@dataclass(frozen=True)
class Mention:
    """A technique in a sentence: what it does, and how the sentence stands to it."""

    action: str
    piece: Piece
    said: str
    advised: bool
    denied: bool
    limited: bool
    """Whether this sentence or its block says when, or when not."""
    later: bool
    """Whether it comes after something else."""


def mentions(told: Told) -> Iterator[Mention]:
    """Yield where a text speaks of something that the portal has conditions for."""
    names = {
        action: re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, every), key=len, reverse=True))})\b")
        for action, words in SAID.items()
        if (every := {*words, *_own_names(told, action)})
    }
    limits: dict[int, bool] = {}
    for piece in told.pieces:
        if piece.is_heading:
            continue
        low = piece.text.lower().replace("’", "'")
        for action, words in names.items():
            found = words.search(low)
            if not found:
                continue
            if piece.block not in limits:
                limits[piece.block] = bool(_LIMITED.search(told.words_around(piece)))
            yield Mention(
                action, piece, found[0], advised=is_advice(piece) or bool(_HELPS.search(low)),
                denied=bool(_DENIED.search(low[: found.start()])), limited=limits[piece.block],
                later=bool(_LATER.search(low)),
            )  # fmt: skip


def _own_names(told: Told, action: str) -> set[str]:
    """Return the portal's names of what does one thing alone, where they are more than one word or long."""
    return {
        name.lower()
        for relief in told.known.reliefs
        if relief.actions == {action} and action != Action.MASSAGE
        for name in relief.names
        if " " in name
    }


def without_condition(told: Told) -> Iterator[Hint]:
    """Advice for something that the portal has conditions for, without any."""
    pregnant = len(_PREGNANT.findall(" ".join(piece.text for piece in told.pieces))) > len(told.pieces) / 10
    for mention in mentions(told):
        if mention.denied or mention.limited or not mention.advised:
            continue
        for relief in _reliefs(told, mention.action):
            if pregnant and relief.not_pregnant:
                why = (
                    f"“{mention.said}” is advised in a text about pregnancy; in pregnancy the portal’s"
                    f" “{relief.title}” is forbidden, as it is while: {_few(relief.forbidden)}."
                )
                yield over(HintKind.CONTRADICTION, why, mention.piece)
            elif relief.forbidden:
                dose = f" It also says: {relief.amounts[0]}." if relief.amounts else ""
                why = (
                    f"“{mention.said}” is advised with no word on when not to. The portal’s “{relief.title}” must"
                    f" not be done while: {_few(relief.forbidden)}.{dose}"
                )
                yield over(HintKind.CONDITION, why, mention.piece)
            break


def out_of_order(told: Told) -> Iterator[Hint]:
    """Something is advised at once that the portal, or another text, gives after something else."""
    elsewhere = [(other, list(mentions(other))) for other in told.others]
    for mention in mentions(told):
        if mention.denied or mention.later or not mention.advised or mention.limited:
            continue
        for relief in _reliefs(told, mention.action):
            if relief.after:
                why = f"The portal gives “{relief.title}” after “{relief.after}”; here it is advised at once."
                yield over(HintKind.CONTRADICTION, why, mention.piece)
                break
        for other, some in elsewhere:
            after = next((one for one in some if one.action == mention.action and one.later and one.advised), None)
            if after:
                first = f"“{other.name}” gives this only after something else (“{in_short(after.piece)}”)"
                why = f"{first}; here it comes at once."
                yield over(HintKind.CONTRADICTION, why, mention.piece)
                break


def forbidden_elsewhere(told: Told) -> Iterator[Hint]:
    """Advised here, and forbidden or held back in another place of this or another text."""
    everywhere = [(text, list(mentions(text))) for text in (told, *told.others)]
    for mention in everywhere[0][1]:
        if mention.denied or not mention.advised or mention.limited:
            continue
        for other, some in everywhere:
            against = next((one for one in some if one.action == mention.action and one.denied), None)
            if against and against.piece != mention.piece:
                where = f"“{other.name}” says" if other is not told else "another sentence of this text says"
                why = f"“{mention.said}” is advised here, but {where}: “{in_short(against.piece)}”."
                yield over(HintKind.CONTRADICTION, why, mention.piece)
                break


def cause_and_cure(told: Told) -> Iterator[Hint]:
    """The same activity brings the complaint in one place and eases it in another, with no amount."""
    harmful = {act: (told, piece) for piece in told.pieces if _HARMS.search(piece.text) for act in _activities(piece)}
    for other in told.others:
        for piece in other.pieces:
            for act in _activities(piece) if _HARMS.search(piece.text) else ():
                harmful.setdefault(act, (other, piece))
    for piece in told.pieces:
        if not _HELPS.search(piece.text) or re.search(r"\d", piece.text) or _HARMS.search(piece.text):
            continue
        for act in sorted(_activities(piece)):
            if act in harmful and harmful[act][1] != piece:
                harm = in_short(harmful[act][1])
                why = f"“{act}…” is said to help here and to harm elsewhere (“{harm}”): how much is too much?"
                yield over(HintKind.CONTRADICTION, why, piece)


def _activities(piece: Piece) -> set[str]:
    """Return stems of the activity that a sentence is about: what it begins with."""
    about = [word for word in content(piece.words)[:2] if word.endswith("ing") or word in _ACTIVITIES]
    return {stem(word) for word in about if word in _ACTIVITIES}


def judged_before(told: Told) -> Iterator[Hint]:
    """A belief that a claim page of the portal has judged, and not simply supported."""
    for piece in told.pieces:
        stems = {stem(word) for word in content(piece.words)}
        if piece.is_heading or len(stems) < FEWEST:
            continue
        best = max(told.known.checked, key=lambda one: _likeness(stems, one.words), default=None)
        if best and best.verdict.lower() != "supported" and _likeness(stems, best.words) >= LIKENESS:
            why = f"The portal has judged a claim like this: “{best.title}” ({best.verdict.lower()})."
            yield over(HintKind.CONTRADICTION, why, piece)


def _likeness(stems: set[str], words: frozenset[str]) -> float:
    """Return which share of a sentence, or of the belief if that is shorter, stands in the other."""
    shared = len(stems & words)
    return shared / min(len(stems), len(words)) if shared >= FEWEST else 0.0


def _reliefs(told: Told, action: str) -> list[Relief]:
    """Return the techniques of the portal that do this, the most plainly so first."""
    found = [one for one in told.known.reliefs if action in one.actions]
    return sorted(found, key=lambda one: (len(one.actions), not one.not_pregnant, one.title))


def _few(titles: tuple[str, ...]) -> str:
    more = f" and {len(titles) - SHOWN} more" if len(titles) > SHOWN else ""
    return "; ".join(titles[:SHOWN]) + more


RULES = (without_condition, out_of_order, forbidden_elsewhere, cause_and_cure, judged_before)
