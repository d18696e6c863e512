"""What changes protocols: loading the starter files, importing a file, putting releases on disk."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from articles.content.files import ContentError, Entry
from articles.content.loader import digest_of
from articles.models import HomePage, LoadedEntry
from articles.translations.reading import in_language
from review.enums import PublicState, UseKind
from review.models import ReviewedPage
from review.models.submission import Standing, Use
from review.serving import fault_of
from triage import artefacts, in_step, one_page, other_words, protocol_file
from triage.engine.artefact import canonical, content_hash
from triage.engine.join import JoinError
from triage.engine.parse import ProtocolError
from triage.hazards.files import load as load_hazards
from triage.library import Library, library, prose
from triage.models import CheckIndexPage, ProtocolPage, ProtocolVersion
from triage.package import package, review, sealed, services
from triage.problems import protocol_problems
from triage.schema import file_form
from triage.vignettes import accuracy
from triage.vignettes.actions import load_starter_stories

HERE = Path(__file__).resolve().parent
PROTOCOLS, STARTER = HERE / "protocols", HERE / "starter" / "checks.yaml"
KIND = "protocol"
Publish = Callable[[list[ReviewedPage]], None]
log = logging.getLogger(__name__)


def write_artefacts(*, now: datetime | None = None) -> list[str]:
    """Freeze every released protocol as it reads now and put it on disk; return the checks that changed.

    A protocol that cannot be put together, or whose parts have changed since it was signed, keeps its release of
    before, and the fault is reported. One that shows something withdrawn is taken away: nothing unsafe may stay.
    """
    generation = in_step.newest()
    shelves, documents = library(), {}
    before = artefacts.shelf()
    for page in ProtocolPage.objects.live().select_related("include").order_by("path"):
        document = _document(page, shelves, now or timezone.now())
        if document is not None:
            _freeze(document, now or timezone.now())
        elif not _shows_withdrawn(page) and (kept := before.checks.get(page.slug)):
            document = sealed(kept[0].document)
        if document is not None:
            documents[page.slug] = document
    changed = artefacts.write(documents, _index(), other_words.everything(documents, _index))
    in_step.note(generation)
    _keep_pages()
    return changed


def _keep_pages() -> None:
    """Put beside every release what it says on one page."""
    shelf = artefacts.shelf()
    for check in shelf.newest:
        standing = Standing.objects.filter(pk=check.document["page"]).first()
        one_page.keep(check, one_page.covered_by(standing.fingerprint, standing.pk) if standing else None)
    one_page.tidy(check.hash for found in shelf.checks.values() for check in found)


def _document(page: ProtocolPage, shelves: Library, now: datetime) -> dict[str, Any] | None:
    """Return a release of this page, or None, with the reason in the log, when it must not be made."""
    if fault := fault_of(page):
        log.critical("The protocol %s is not released anew: %s.", page.code, fault)
        return None
    try:
        return with_accuracy(page, package(page, shelves), now=now)
    except (JoinError, ProtocolError):
        log.exception("The protocol %s cannot be run as it is released.", page.code)
        return None


def with_accuracy(page: ProtocolPage, document: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return the document with its figures on the stories that counted when this text was released."""
    stories = accuracy.frozen_for(page, now=now)
    if stories is None:
        return document
    return sealed({**document, "accuracy": accuracy.measured(artefacts.opened(document), stories)})


def _shows_withdrawn(page: ProtocolPage) -> bool:
    """Whether something that the protocol was signed with is not public any more."""
    used = Use.objects.filter(user_page_id=page.pk, kind=UseKind.PAGE).values_list("used", flat=True)
    return Standing.objects.filter(page_id__in=[int(key) for key in used], state=PublicState.WITHDRAWN).exists()


def _freeze(document: dict[str, Any], now: datetime) -> None:
    """Keep a release for ever."""
    ProtocolVersion.objects.get_or_create(
        hash=document["hash"],
        defaults={
            "engine_hash": document["engine"]["hash"],
            "key": document["key"],
            "page_id": document["page"],
            "content": canonical(document).decode(),
            "released_at": now,
        },
    )


def _index() -> dict[str, Any]:
    """Return the words of the page that lists all checks."""
    page = next(iter(in_language(CheckIndexPage.objects.live()[:1])), None)
    title, intro = (page.title, prose(page.intro)) if page else ("Guided checks", "")
    known = {"page": page.pk, "review": review(page)} if page else {}
    return {"title": title, "intro": intro, "services": services(), **known}


def write_artefacts_soon(**kwargs: Any) -> None:
    """After this transaction, once however often it is asked for, put releases on disk."""
    connection = transaction.get_connection()
    if any(run is _write_after_commit for _, run, *_ in connection.run_on_commit):
        return
    transaction.on_commit(_write_after_commit, robust=True)


def hold_changed(sender: type, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    """A reviewer has put something on hold or lifted a hold: checks must say so at once."""
    if "held" in (update_fields or ()):
        write_artefacts_soon()


def _write_after_commit() -> None:
    if ProtocolPage.objects.exists():
        try:
            in_step.follow_at_once()
        finally:
            write_artefacts()


def load_starter_protocols(publish: Publish, *, folder: Path = PROTOCOLS) -> list[str]:
    """Load the starter protocols as pages and release those that are new or changed through `publish`.

    Returns their keys. A page that an editor has changed since is left alone. Raises ContentError, with everything
    rolled back, when a file is wrong.
    """
    texts = yaml.safe_load(STARTER.read_text(encoding="utf-8"))
    with transaction.atomic():
        pages: list[ReviewedPage] = []
        written: dict[str, str] = {}
        index = _index_page(texts["index"])
        if not index.live:
            pages.append(index)
        for entry in _in_order([protocol_file.read(path) for path in sorted(folder.glob("*.yaml"))]):
            page = _protocol_page(entry, index, texts.get(entry.data["key"], {}))
            if page is not None:
                pages.append(page)
                written[page.code] = _digest(entry, texts)
        # before the pages are signed: a protocol is signed only when its stories have been told to it,
        # and when its hazards are controlled
        load_starter_stories(folder)
        load_hazards()
        if pages:
            publish(pages)
        _remember(pages, written)
    return list(written)


def _in_order(entries: list[Entry]) -> list[Entry]:
    """Return included protocols before those that include them."""
    return sorted(entries, key=lambda entry: "include" in entry.data)


def _index_page(texts: dict[str, Any]) -> CheckIndexPage:
    page = CheckIndexPage.objects.first()
    if page is None:
        page = CheckIndexPage(live=False, title=texts["title"], slug=texts["slug"])
        _set_texts(page, texts)
        _add_child(HomePage.objects.get(), page)
    return page


def _add_child(parent: Page, page: Page) -> None:
    """Put a page below another one, in a tree whose counts of children are true."""
    below = Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1)
    if parent.numchild != below.count():
        Page.fix_tree()
        parent.refresh_from_db()
    parent.add_child(instance=page)


def _set_texts(page: Any, texts: dict[str, Any]) -> None:
    """Set what surrounds a protocol and is not part of its file."""
    page.search_description = texts.get("search_description", "")
    page.search_words = "\n".join(texts.get("search_words", []))
    page.intro = f"<p>{texts['intro']}</p>" if texts.get("intro") else ""
    if isinstance(page, ProtocolPage):
        page.emergency = texts.get("emergency", "")
        field: Any = page._meta.get_field("starts")
        page.starts = field.to_python([{"type": "start", "value": item} for item in texts.get("starts", [])])


def _protocol_page(entry: Entry, index: CheckIndexPage, texts: dict[str, Any]) -> ProtocolPage | None:
    """Return the page of a file, filled and ready to be released, or None when there is nothing to do."""
    page = ProtocolPage.objects.filter(code=entry.data["key"]).first()
    if page is None:
        page = ProtocolPage(live=False, slug=texts.get("slug", entry.data["key"]))
        _set_texts(page, texts)
        fill(page, entry)
        _add_child(index, page)
        return page
    known = LoadedEntry.objects.filter(kind=KIND, key=page.code).first()
    if known is None or known.entry_digest == _digest(entry, {page.code: texts}):
        return None
    if digest_of(page.get_latest_revision_as_object()) != known.content_digest:
        log.warning("The protocol %s was changed by an editor; its file is not loaded again.", page.code)
        return None
    _set_texts(page, texts)
    fill(page, entry)
    return page


def _digest(entry: Entry, texts: dict[str, Any]) -> str:
    return content_hash([entry.data, texts.get(entry.data["key"], {})])


def _remember(pages: list[ReviewedPage], written: dict[str, str]) -> None:
    for page in pages:
        if isinstance(page, ProtocolPage):
            digests = {"entry_digest": written[page.code], "content_digest": digest_of(page), "page_id": page.pk}
            LoadedEntry.objects.update_or_create(kind=KIND, key=page.code, defaults=digests)


def fill(page: ProtocolPage, entry: Entry) -> None:
    """Write a protocol file into a page that is not saved yet; raises ContentError with file, line and reason."""
    key = (entry.data.get("include") or {}).get("protocol")
    include = ProtocolPage.objects.filter(code=key).first() if key else None
    included = {include.code: file_form(include)} if include else {}
    if faults := protocol_file.check(entry, library(), included):
        raise ContentError(faults)
    filler = protocol_file.Filler(entry, page, protocol_file.content_index())
    if faults := filler.fill(include):
        raise ContentError(faults)
    page.draft_title = page.title
    if problems := protocol_problems(page):
        raise ContentError([entry.fault(str(problem)) for problem in problems])


def import_protocol(*, page: ProtocolPage, text: str, name: str, by: Any) -> ProtocolPage:
    """Make an uploaded file the new draft of a protocol; raises ContentError and changes nothing when it is wrong."""
    entry = protocol_file.read_text(text, name)
    if entry.data["key"] != page.code:
        raise ContentError([entry.fault(f"This is the file of “{entry.data['key']}”, not of “{page.code}”.", "key")])
    draft: ProtocolPage = page.get_latest_revision_as_object()
    fill(draft, entry)
    try:
        draft.save_revision(user=by, log_action=True)
    except ValidationError as error:
        faults = [entry.fault(f"{name}: {one}", name) for name, some in error.message_dict.items() for one in some]
        raise ContentError(faults) from error
    return draft
