"""How good the checks are: how often they raise a false alarm, and which planted faults they see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib
from wagtail.models import Page

from articles.translations.catalogue import FOLDER, NOTICE, REASON, SEARCH, paths, read, without_ids
from articles.translations.checks import Terms, findings
from articles.translations.parts import parts_of


@dataclass(frozen=True)
class Text:
    """One text of a catalogue; links are by number, as they are on pages."""

    place: str
    source: str
    words: str
    has_reason: bool

    def findings(self, terms: Terms, words: str | None = None) -> list[str]:
        """Return what the checks say of the words, or of others in their place."""
        rich = self.source.startswith("<")
        return findings(_numbered(self.source), _numbered(self.words if words is None else words), terms, rich=rich)


def _numbered(text: str) -> str:
    """Return rich text with a number for the path of each page that it links to."""
    pieces = text.split('ref="')
    for number, piece in enumerate(pieces[1:], 1):
        path, _, rest = piece.partition('"')
        pieces[number] = f'{sum(path.encode())}"{rest}'
    return 'id="'.join(pieces)


def texts(language: str, folder: Path = FOLDER) -> list[Text]:
    """Return every translated text of the starter translations."""
    entries = (entry for file in sorted((folder / language).glob("*.po")) for entry in polib.pofile(str(file)))
    return [
        Text(entry.msgctxt, entry.msgid, entry.msgstr, entry.tcomment.startswith(REASON))
        for entry in entries
        if entry.msgstr and entry.msgid not in {SEARCH, NOTICE}
    ]


def left_behind(language: str, folder: Path = FOLDER) -> list[str]:
    """Return the places of texts in the starter translations that no page has any more: nobody reads their words."""
    known = paths()
    sources = {known[page.pk]: page for page in Page.objects.filter(pk__in=known).specific()}
    found = []
    for path, words in read(sorted((folder / language).glob("*.po"))).items():
        here = {without_ids(text, known) for part in parts_of(sources[path]) for text in part.texts.values()}
        found += [f"{path}: {text}" for text in words.texts if text not in here]
    return found


def false_alarms(found: Iterable[Text], terms: Terms) -> list[tuple[Text, list[str]]]:
    """Return the texts that are right and are flagged all the same, those for which a person gave a reason included."""
    said = ((text, text.findings(terms)) for text in found)
    return [(text, sentences) for text, sentences in said if sentences]


def planted(found: Iterable[Text], faults: Iterable[Mapping[str, str]], terms: Terms) -> list[tuple[str, str, str]]:
    """Return (kind, change, what the checks say that they do not say without it) for each fault; nothing when unseen.

    LookupError when a fault has no place any more.
    """
    all_texts, made = list(found), []
    for fault in faults:
        text = next((t for t in all_texts if t.words.startswith(fault["in"]) and fault["was"] in t.words), None)
        if text is None:
            raise LookupError(f"“{fault['was']}” is in no text that begins with “{fault['in']}”.")
        before = text.findings(terms)
        after = text.findings(terms, text.words.replace(fault["was"], fault["is"], 1))
        made.append((fault["kind"], f"{fault['was']} → {fault['is']}", next((s for s in after if s not in before), "")))
    return made
