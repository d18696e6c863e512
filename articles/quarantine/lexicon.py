"""English words, and which of them can be verbs; from the word list of symspellpy, without its spelling correction."""

import re
from functools import cache
from importlib.resources import files

LIST = "frequency_dictionary_en_82_765.txt"
#: Of one or two letters, or abbreviations: too many for any list.
SHORT = 3
BE = frozenset("am is are was were be been being 's 're".split())
MODALS = frozenset("can could may might must shall should will would cannot can't won't shouldn't 'll".split())
AUXILIARIES = BE | MODALS | frozenset("do does did have has had don't doesn't didn't isn't aren't let".split())
#: Past forms that no ending gives away, and verbs whose -ed form is in no list.
IRREGULAR = frozenset(
    """
    arise arose ate awake awoke beat became become beg began begin begins bend bent bet bind bit bite bites bled
    bleed bleeds blew blow blows bought break breaks bring brings broke brought build builds built burn came catch
    caught choose chose cling come comes cost cut cuts deal dealt did dig drank draw draws drew drink drinks drive
    drove eat eats fall falls fed feed feel feels fell felt fight fights find finds fled fly forbid forgave forget
    forgot found freeze froze gave get gets give gives go goes gone got grew grind grow grows had hang hear heard
    hears held help hid hide hides hit hits hold holds hung hurt hurts keep keeps kept kneel knelt knew know knows
    laid lay lays lead leads leave leaves led left lend let lets lie lies light lose loses lost made make makes mean
    means meant meet meets met need needs overdo paid pay pays put puts quit ran read reads ride ring rise rises
    rose run runs said sang sat saw say says see seek seeks seen sees sell send sends sent set sets shake shakes
    shed shine shook shot show shown shows shrank shrink shrinks shut sink sit sits sleep sleeps slept slid slide
    slides slow sold sought speak speaks spend spent spoke sprang spread spreads stand stands stay stays stick
    sticks sting stings stole stood stuck stung swam sweat sweep swell swells swim swims swing swings swollen swore
    take taken takes taught teach tear tears tell tells think thinks thought threw throw throws told took tore
    understand understood undo wake wakes wear wears went win withdraw woke won wore worn wove write writes wrote
    """.split()
)
NOT_VERBS = frozenset("the a an of and or other others".split())
DETERMINERS = frozenset(
    "a an the this that these those my your his her its our their each every any some no one both either whose".split()
)
#: Words of grammar: they say nothing of what a sentence is about.
GRAMMAR = AUXILIARIES | DETERMINERS | frozenset(
    """of to in on at for with from by as and or but if so than then when while because until before after during about
    into onto over under between through there here it they them he she him we us you i me who which what where why how
    not also only very too more most much many less least few up down out off again even just such all same still often
    other another due whether like least own""".split()
)  # fmt: skip
_TEXT = re.compile(r"^[a-z][a-z'-]*$")


@cache
def listed() -> frozenset[str]:
    """Return the word list."""
    text = files("symspellpy").joinpath(LIST).read_text(encoding="utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in text.splitlines())


@cache
def is_word(word: str) -> bool:
    """Whether a word, in small letters, is an English one in British or American spelling."""
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) < SHORT or not _TEXT.match(word) or "'" in word or word in listed():
        return True
    if "-" in word:
        return all(is_word(part) for part in word.split("-"))
    return any(form in listed() for form in _variants(word))


def _variants(word: str) -> list[str]:
    forms = [word.replace("yz", "ys"), word.replace("iz", "is"), word.replace("our", "or"), word.replace("or", "our")]
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    return [*forms, word.removesuffix("s")] if word.endswith("s") else forms


@cache
def can_be_verb(word: str) -> bool:
    """Whether a word can stand as a finite verb or infinitive, judged by whether its other forms are words."""
    if word in AUXILIARIES or word in IRREGULAR:
        return True
    if word in NOT_VERBS or word in GRAMMAR or word.endswith("ly"):
        return False
    bases = {word}
    if word.endswith("ed"):
        bases |= {word[:-2], word[:-1], word[:-3]}
    if word.endswith("s") and not word.endswith("ss"):
        bases |= {word[:-1], word[:-2]} | ({word[:-3] + "y"} if word.endswith("ies") else set())
    return any(_conjugates(base) for base in bases if len(base) >= SHORT)


@cache
def _conjugates(base: str) -> bool:
    """Whether the forms on -ed and -ing of a base are words."""
    stems = {base, base.removesuffix("e"), base + base[-1]}
    past = {stem + "ed" for stem in stems} | ({base[:-1] + "ied"} if base.endswith("y") else set())
    known = listed()
    return base in known and any(form in known for form in past) and any(stem + "ing" in known for stem in stems)


def stem(word: str) -> str:
    """Return a word without the endings that grammar gives it, good enough to tell whether two are forms of one."""
    word = word.removesuffix("'s").removesuffix("s'")
    for ending in ("ations", "ation", "ly", "ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= SHORT:
            return word[: -len(ending)]
    return word


def content(words: list[str]) -> list[str]:
    """Return the words that carry the meaning."""
    return [word for word in words if word not in GRAMMAR]
