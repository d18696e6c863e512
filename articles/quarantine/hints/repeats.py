"""Words, phrases and whole sentences that are said twice, or that explain themselves by themselves."""

from collections.abc import Iterator

from rapidfuzz import fuzz, process

from articles.quarantine.hints.kinds import Hint, HintKind, Told, at, over
from articles.quarantine.lexicon import GRAMMAR, can_be_verb, content, stem
from articles.quarantine.segments import Piece

#: Words that are doubled in good English.
_DOUBLED = frozenset(("had", "that", "very", "long", "blah", "really"))
LOOP = 5
NEXT = 2
PHRASE = 4
ALIKE = 78
NEAR = 9


def doubled(told: Told) -> Iterator[Hint]:
    """The same word, or the same two words, twice in a row."""
    for piece in told.pieces:
        words = piece.words
        for size in (1, 2, 3):
            for place in range(len(words) - 2 * size + 1):
                part = words[place : place + size]
                same = part == words[place + size : place + 2 * size] and not part[0].isdigit()
                if same and part[0] not in _DOUBLED and not _is_label(piece, place, size):
                    said = " ".join(part)
                    yield at(HintKind.TWICE, f"“{said}” stands twice in a row.", piece.tokens[place : place + 2 * size])


def _is_label(piece: Piece, place: int, size: int) -> bool:
    """Whether the first of two equal phrases only names what the second begins to tell: “Massage: Massage …”."""
    ends = [piece.tokens[place + size - 1].end, piece.tokens[place + 2 * size - 1].end]
    after = [piece.text[end - piece.start : end - piece.start + 1] for end in ends]
    return size == 1 and after[0] == ":" and after[1] != ":"


def loops(told: Told) -> Iterator[Hint]:
    """A thing that is tied to itself: x of the x, x with x, x such as x, here are here."""
    for piece in told.pieces:
        tokens = piece.tokens
        for place, token in enumerate(tokens):
            for far in range(place + 2, min(place + LOOP + 1, len(tokens))):
                between = [one.low for one in tokens[place + 1 : far]]
                through = piece.text[token.end - piece.start : tokens[far].start - piece.start]
                if token.low == tokens[far].low and not set(",;:") & set(through) and _is_loop(token.low, between):
                    why = f"“{token.text}” is tied to itself here; one of the two words may be another one."
                    yield at(HintKind.TWICE, why, tokens[place : far + 1])


def _is_loop(word: str, between: list[str]) -> bool:
    """Whether the words between a word and itself tie the two together."""
    if word in GRAMMAR:
        return word in {"here", "there"} and between in (["are"], ["is"])
    if word[0].isdigit() or word.endswith("er"):
        return False
    whole = between[-2:] == ["of", "the"] or between == ["of"]
    tool = "with" in between and len(between) <= NEXT
    listed = between in (["and"], ["or"]) and word not in {"again", "on"}
    return whole or tool or listed or between == ["such", "as"]


def phrases(told: Told) -> Iterator[Hint]:
    """A phrase of some length twice in one sentence."""
    for piece in told.pieces:
        words = piece.words
        seen: dict[tuple[str, ...], int] = {}
        for place in range(len(words) - PHRASE + 1):
            part = tuple(words[place : place + PHRASE])
            before = seen.setdefault(part, place)
            if place - before >= PHRASE and len(content(list(part))) > 1:
                why = f"“{' '.join(part)}” stands twice in this sentence, which may have been put together wrongly."
                yield at(HintKind.TWICE, why, piece.tokens[place : place + PHRASE])
                break


def itself(told: Told) -> Iterator[Hint]:
    """Something that causes itself, in the active or the passive voice."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words[1:-2], 1):
            passive = word == "caused" and words[place + 1] == "by"
            if passive:
                before = set(content(words[max(0, place - 7) : place]))
                after = content(words[place + 2 : place + 8])
                if after and after[0] in before:
                    why = f"“{after[0]}” is said to be caused by itself."
                    yield at(HintKind.TWICE, why, piece.tokens[max(0, place - 7) : place + 8])
        yield from _same_verb(piece)


def _same_verb(piece: Piece) -> Iterator[Hint]:
    """Yield where a verb governs itself: causing a to cause b; induces a to induce."""
    words = piece.words
    for place, word in enumerate(words):
        if word in GRAMMAR or not can_be_verb(word):
            continue
        for far in range(place + 2, min(place + 10, len(words))):
            if words[far - 1] == "to" and stem(words[far]) == stem(word) and not {"and", "or"} & set(words[place:far]):
                why = f"“{word} … to {words[far]}” says the same verb of itself; another verb may be lost."
                yield at(HintKind.TWICE, why, piece.tokens[place : far + 1])


def affirmed_and_denied(told: Told) -> Iterator[Hint]:
    """The same verb with and without “not” in one clause: run or do not run."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words):
            denied = word == "not" and place + 1 < len(words)
            if not denied:
                continue
            verb = words[place + 1]
            before = words[max(0, place - 9) : place]
            if (
                can_be_verb(verb)
                and verb not in GRAMMAR
                and verb in before
                and "or" in before
                and "whether" not in before
            ):
                why = f"“{verb}” and “not {verb}” are both said here; one of them may be lost in translation."
                yield at(HintKind.NEGATION, why, piece.tokens[max(0, place - 9) : place + 2])


def nearly_the_same(told: Told) -> Iterator[Hint]:
    """Two sentences that differ in a word or two: in a “not”, or in what they are about."""
    plain = [piece for piece in told.pieces if len(piece.tokens) >= NEAR and not piece.is_heading]
    texts: list[str] = []
    runs: dict[tuple[str, ...], int] = {}
    for number, piece in enumerate(plain):
        words, text = piece.words, " ".join(piece.words)
        own = [tuple(words[n : n + NEAR]) for n in range(len(words) - NEAR + 1)]
        shared = [runs[run] for run in own if run in runs and texts[runs[run]] != text]
        best = None if shared else process.extractOne(text, texts, scorer=fuzz.ratio, score_cutoff=ALIKE)
        texts.append(text)
        for run in own:
            runs.setdefault(run, number)
        if shared:
            yield from _beside(piece, plain[min(shared)])
        elif best and best[0] != text:
            yield from _beside(piece, plain[best[2]])


def _beside(piece: Piece, earlier: Piece) -> Iterator[Hint]:
    """Yield what tells a sentence from an earlier one that is nearly the same."""
    new = [w for w in content(piece.words) if w not in earlier.words]
    old = [w for w in content(earlier.words) if w not in piece.words]
    if ("not" in piece.words) != ("not" in earlier.words):
        yield over(HintKind.NEGATION, "Nearly the same is said elsewhere, once with and once without “not”.", piece)
    elif new and old:
        why = f"Nearly the same is said elsewhere, with “{_few(old)}” where this has “{_few(new)}”: is that meant?"
        yield over(HintKind.TWICE, why, piece)


def _few(words: list[str]) -> str:
    return " … ".join(words[:3])


RULES = (doubled, loops, phrases, itself, affirmed_and_denied, nearly_the_same)
