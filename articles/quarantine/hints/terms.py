"""Words that are none, terms that nobody uses, and words that do not go with what they stand beside."""

import re
from collections.abc import Iterator

from articles.quarantine.hints.kinds import Hint, HintKind, Told, at
from articles.quarantine.lexicon import DETERMINERS, GRAMMAR, can_be_verb, is_word, listed
from articles.quarantine.segments import Piece, Token

#: Beginnings and ends of medical words.
_MEDICAL = re.compile(
    r"^(?:arthr|bronch|cardio|cerebr|chondr|dermat|encephal|gastr|hepat|haemat|hemat|intra|lymph|my[ao]|nephr|neur|oste"
    r"|pulmon|thromb|vascul)\w{4,}$|\w{3,}(?:itis|osis|opathy|algia|plasty|ectomy|aemia|emia|venous|vascular|muscular"
    r"|pulmonary|intestinal|neural)$"
)
#: Parts of the body of which there are many, told apart by the word before.
_HEADS = frozenset("muscle muscles nerve nerves tendon tendons ligament ligaments artery arteries bone bones".split())
_ORDINARY = frozenset(
    """
    sore tired big small large long short strong weak thick thin deep inner outer upper lower front back left right
    main major minor important different certain whole local painful tight tense stiff healthy injured damaged torn
    pulled inflamed swollen compressed pinched trapped irritated relaxed soft hard young old normal common other
    related surrounding affected corresponding many several two three four five six each same single nearby broken
    fresh working overused overworked cramped spasm cramp worn weight broken brittle loose
    """.split()
)
_NEARLY = frozenset(("nearly", "almost", "hardly", "barely"))
_ORDINARY_HEADS = frozenset("method methods way ways form forms kind kinds phenomenon presence onset burden".split())
_TASTE = frozenset("sour bitter sweet salty acid acidic spicy tart".split())
_EATEN = frozenset(
    "taste tastes mouth food drink eat eating stomach reflux milk fruit tongue gastric lactic fatty".split()
)
_FEEL = frozenset("feel feels felt feeling".split())


def unknown_words(told: Told) -> Iterator[Hint]:
    """A word that is in no list of English words, and in no text of the portal."""
    for piece in told.pieces:
        for token in piece.tokens:
            low = token.low
            if token.text.isupper() or low.removesuffix("'s") in told.known.words or is_word(low):
                continue
            capital = token.text[0].isupper() and token is not piece.tokens[0]
            if not (capital and token.text[1:].islower()):
                yield at(HintKind.WORD, _unknown(token), [token])


def _unknown(token: Token) -> str:
    inside = re.search(r"[a-z][A-Z]", token.text)
    if inside:
        return f"Two sentences run together in “{token.text}”; something between them may be lost."
    return f"“{token.text}” is no English word that is listed, and no word of the portal."


def unknown_terms(told: Told) -> Iterator[Hint]:
    """A medical word that no page of the portal uses; told once for each."""
    met: set[str] = set()
    for piece in told.pieces:
        for token in piece.tokens:
            low = token.low
            if _MEDICAL.match(low) and low not in told.known.words and low not in met and is_word(low):
                met.add(low)
                yield at(
                    HintKind.TERM, f"No page or word of the portal knows the medical word “{token.text}”.", [token]
                )


def unknown_parts(told: Told) -> Iterator[Hint]:
    """A muscle, nerve, vessel or bone with a first name that the portal does not know."""
    for piece in told.pieces:
        for first, second in zip(piece.tokens, piece.tokens[1:], strict=False):
            if second.low not in _HEADS or not _touch(piece, first, second) or first.text[0].isdigit():
                continue
            low = first.low
            if low in GRAMMAR or low in _ORDINARY or low in told.known.words or low in told.known.body:
                continue
            if not can_be_verb(low) and not low.endswith(("ing", "ed", "ly", "'s")):
                yield at(
                    HintKind.TERM, f"The portal knows no {second.low} called “{first.text} {second.text}”.",
                    [first, second],
                )  # fmt: skip


def mistranslations(told: Told) -> Iterator[Hint]:
    """Wrong wording that editors have met before and noted in the glossary."""
    for piece in told.pieces:
        low = piece.text.lower()
        for seen, meant in told.known.mistranslated:
            found = re.search(rf"\b{re.escape(seen)}\b", low)
            if found and seen not in meant.lower():
                yield Hint(
                    HintKind.TERM, f"The glossary notes “{seen}” as a mistranslation of “{meant}”.",
                    piece.start + found.start(), piece.start + found.end(),
                )  # fmt: skip


def approximate_parts(told: Told) -> Iterator[Hint]:
    """“Nearly” goes with amounts, not with a part of the body."""
    for piece in told.pieces:
        for first, second in zip(piece.tokens, piece.tokens[1:], strict=False):
            if first.low in _NEARLY and second.low in told.known.body | told.known.complaints:
                why = f"“{first.text}” does not go with “{second.text}”: a medical word may be meant."
                yield at(HintKind.TERM, why, [first, second])


def tastes(told: Told) -> Iterator[Hint]:
    """A word of taste for what the body feels."""
    for piece in told.pieces:
        words = set(piece.words)
        if words & _EATEN:
            continue
        for before, token, after in _threes(piece):
            low_after = after.low if after else ""
            felt = before is not None and before.low in _FEEL
            if token.low in _TASTE and (felt or low_after in told.known.complaints | told.known.body):
                yield at(HintKind.TERM, f"“{token.text}” is a taste; what is felt here is something else.", [token])


def unusual_feelings(told: Told) -> Iterator[Hint]:
    """What somebody feels, in a word that the portal never uses of anything."""
    for piece in told.pieces:
        for before, token, after in _threes(piece):
            low = token.low
            if before is None or low in told.known.words or low in GRAMMAR or low in _TASTE or not is_word(low):
                continue
            complains = after is not None and after.low in told.known.complaints and before.low in {"the", "a", "this"}
            if complains and not low.endswith(("ing", "ly")) and low in listed():
                why = f"The portal knows no “{token.text} {after.text if after else ''}”: is the word the right one?"
                yield at(HintKind.TERM, why, [token])


def misnamed(told: Told) -> Iterator[Hint]:
    """In a heading, “the … of” a complaint with a word that the portal uses nowhere, such as a false friend."""
    for piece in told.pieces:
        if not (piece.is_heading or piece.first):
            continue
        for place, token in enumerate(piece.tokens[:-2]):
            rest = [one.low for one in piece.tokens[place + 1 : place + 5]]
            low = token.low
            if rest[0] != "of" or low in told.known.words | GRAMMAR | _ORDINARY_HEADS or not is_word(low):
                continue
            named = set(rest[1:]) & (told.known.complaints | told.known.body)
            if piece.is_heading and named:
                why = f"The portal never speaks of the “{low}” of something like this: is the word the right one?"
                yield at(HintKind.TERM, why, piece.tokens[place : place + 2])


def _threes(piece: Piece) -> Iterator[tuple[Token | None, Token, Token | None]]:
    tokens = (None, *piece.tokens, None)
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token is not None:
            yield before, token, after


def _touch(piece: Piece, first: Token, second: Token) -> bool:
    """Whether nothing but a space stands between two words."""
    return not piece.text[first.end - piece.start : second.start - piece.start].strip() and first.low not in DETERMINERS


RULES = (
    unknown_words, unknown_terms, unknown_parts, mistranslations, approximate_parts, tastes, unusual_feelings, misnamed,
)  # fmt: skip
