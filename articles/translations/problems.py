"""What keeps a translation from being submitted."""

import re
from typing import Any

from django.apps import apps

from articles.queries import records as places
from articles.translations.checks import Terms, findings
from articles.translations.marked import bare
from articles.translations.reading import reading
from articles.translations.state import State
from review import batch
from review.problems import Problem

_APART = re.compile(r"[;；,，、/()（）]")


def translation_problems(page: Any) -> list[Problem]:
    """Return what is wrong with a translation: its source, its place, its parts, what the checks found."""
    return [*_of_source(page), *_of_place(page), *_of_parts(page)]


def _of_source(page: Any) -> list[Problem]:
    if not page.source_id:
        return []
    if not page.source_page.live:
        return [Problem("Source", "The page that is translated is not released.", "source")]
    return []


def _of_place(page: Any) -> list[Problem]:
    """A translation stands in the tree as its source does, so that its address says what it is."""
    parent = page.get_parent() if page.path else None
    if parent is None or not page.source_id:
        return []
    above = page.source.get_parent()
    first = above.depth == 1
    wanted = page.source_id if first else above.pk
    there = parent.pk if first else getattr(parent.specific, "source_id", None)
    slug = page.language if first else page.source.slug
    found = []
    if wanted != there:
        found.append(Problem("Place", "It stands below the translation of the page above its source."))
    if page.slug != slug:
        found.append(Problem("Address", f"The last part of its address is “{slug}”, as that of its source.", "slug"))
    return found


def _of_parts(page: Any) -> list[Problem]:
    terms = batch.once(("glossary", page.language), lambda: glossary(page.language))
    found = []
    now = page.states()
    if page.text("title") and page.text("title") != page.title:
        found.append(Problem("Title", "The title of the page is not the one that was translated.", "title"))
    for part in page.source_parts():
        kept, place = page.texts.get(part.key, {}), " › ".join(part.place(type(page.source_page)))
        if now[part.key] in {State.LOCKED, State.OLDER}:
            found.append(Problem(place, "Its source has changed since; look at it again.", "texts"))
        if now[part.key] is not State.CURRENT or str(kept.get("reason", "")).strip():
            continue
        for name, source in part.texts.items():
            text = page.text(part.key, name)
            if not text:
                found.append(Problem(place, f"A text is missing: “{source[:60]}”", "texts"))
                continue
            said = findings(source, text, terms, rich=name in part.rich)
            found += [Problem(place, f"{one}: “{text[:60]}”", "texts") for one in said]
    if "title" not in page.texts:
        found.append(Problem("Title", "The title is not translated.", "texts"))
    return found


def glossary(language: str) -> Terms:
    """Return the words of the glossary: what each is called in a language, and what it must not be called."""
    rows: Any = apps.get_model("articles", "TermPage").objects.live()
    terms = Terms()
    for row in rows:
        said = (text for tag, text in row.translation_list if tag.lower().startswith(language))
        names = [name.strip() for text in said for name in _APART.split(text) if name.strip()]
        if names:
            terms.add([row.title, row.medical_term], names)
    with reading(language):
        records, main = places()
    terms.main = main.emergency if main else ""
    for one in records:
        if language in one.languages and one.place == bare(one.place):
            terms.dialled[one.emergency] = (*terms.dialled.get(one.emergency, ()), one.place)
    return terms
