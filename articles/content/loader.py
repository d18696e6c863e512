"""Load content files as pages: all of them or none."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import models, transaction
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.log_actions import get_active_log_context
from wagtail.models import Locale, Page, Site

from articles.content.files import ContentError, Entry, Fault, Steps, read_folder
from articles.content.indexes import indexed_at_the_end
from articles.content.kinds import BY_MODEL, KINDS, Kind
from articles.content.origins import TYPE as ORIGIN
from articles.content.origins import load_origins
from articles.content.places import fill_place, give_places
from articles.content.values import Converter, Index
from articles.models import LoadedEntry
from review import batch
from review.models import ReviewedPage
from review.models.page import TREE_FIELDS

STARTER = Path(__file__).resolve().parent.parent / "starter"
ALWAYS = ("type", "slug", "title", "search_description", "search_words", "seo_title")

Publish = Callable[[list[ReviewedPage]], None]


@dataclass
class Report:
    """What a load did, by address."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = f"{len(self.created)} created, {len(self.changed)} changed, {len(self.unchanged)} unchanged"
        lines = [f"{counts}, {len(self.left_alone)} left alone: they are not as they were loaded"]
        lines += [f"  created  {name}" for name in self.created]
        lines += [f"  changed  {name}" for name in self.changed]
        lines += [f"  left     {name}" for name in self.left_alone]
        return "\n".join(lines)


@dataclass
class _Item:
    """An entry on its way to becoming a page."""

    entry: Entry
    name: str
    kind: Kind
    key: str
    record: LoadedEntry | None
    found: ReviewedPage | None = None
    places: dict[str, Steps] = field(default_factory=dict)

    @property
    def page(self) -> ReviewedPage:
        """The page of this entry, once there is one."""
        if self.found is None:
            raise LookupError(f"{self.label} has no page yet.")
        return self.found

    @property
    def label(self) -> str:
        return f"{self.name} {self.key}"

    @property
    def digest(self) -> str:
        """A hash of what the file says."""
        return hashlib.sha256(json.dumps(self.entry.data, sort_keys=True, default=str).encode()).hexdigest()


@transaction.atomic
def load(publish: Publish, *, folder: Path = STARTER, overwrite: bool = False) -> Report:
    """Load all files below `folder`; `publish` gets the new and changed pages, in the order of the tree.

    Raises ContentError, with everything rolled back, when a file is wrong. Pages that an editor has changed since
    the last load are left alone unless `overwrite`.
    """
    entries = read_folder(folder)
    if faults := load_origins([e for e in entries if e.data.get("type") == ORIGIN]):
        raise ContentError(faults)
    items = _items([e for e in entries if e.data.get("type") != ORIGIN])
    index: Index = {(BY_MODEL[k.model], key): pk for k in KINDS.values() for key, pk in _known(k)}
    report = Report()
    _find(items)
    work = [item for item in items if _wanted(item, report, overwrite=overwrite)]
    pages: list[ReviewedPage] = []
    with batch.of([]) as together, indexed_at_the_end(BY_MODEL, pages):
        _make_skeletons(work, index, get_active_log_context().user)
        for step in (_fill, _check):
            together.next_step({})
            if faults := [fault for item in work for fault in step(item, index)]:
                raise ContentError(faults)
        for item in work:
            (report.changed if item.record else report.created).append(item.label)
        pages += [item.page for item in work]
        publish(pages)
        _remember(work)
        together.next_step({})
    return report


def _known(kind: Kind) -> Iterable[tuple[str, int]]:
    return kind.model.objects.values_list(kind.key, "pk")


def _items(entries: list[Entry]) -> list[_Item]:
    """Return the entries by kind, parents first; refuses unknown kinds and doubled keys."""
    faults: list[Fault] = []
    items: list[_Item] = []
    seen: dict[tuple[str, str], Entry] = {}
    records = {(r.kind, r.key): r for r in LoadedEntry.objects.all()}
    for entry in entries:
        name = str(entry.data.get("type", ""))
        kind = KINDS.get(name)
        key = str(entry.data.get(kind.key if kind else "slug", "") or "")
        if kind is None:
            faults.append(entry.fault(f"The kind “{name}” is not known.", "type"))
        elif not key:
            faults.append(entry.fault(f"“{kind.key}” is missing."))
        elif (name, key) in seen:
            other = seen[name, key]
            faults.append(entry.fault(f"{name} “{key}” is already in {other.file.name}:{other.line()}."))
        else:
            seen[name, key] = entry
            items.append(_Item(entry, name, kind, key, records.get((name, key))))
    if faults:
        raise ContentError(faults)
    order = list(KINDS)
    return sorted(items, key=lambda item: order.index(item.name))


def _find(items: list[_Item]) -> None:
    """Find the page of each entry, where there is one: one query for a kind."""
    for kind, group in groupby(items, key=lambda item: item.kind):
        by_key = {item.key: item for item in group}
        for page in kind.model.objects.filter(**{f"{kind.key}__in": by_key}):
            by_key[getattr(page, kind.key)].found = page


def _wanted(item: _Item, report: Report, *, overwrite: bool) -> bool:
    """Tell whether the page of an entry is to be written."""
    if item.found is None or item.record is None:
        return True
    if item.record.entry_digest == item.digest:
        report.unchanged.append(item.label)
        return False
    if not overwrite and digest_of(item.page.get_latest_revision_as_object()) != item.record.content_digest:
        report.left_alone.append(item.label)
        return False
    return True


def _make_skeletons(work: list[_Item], index: Index, owner: Any) -> None:
    """Give each new page its place and id, so that entries can refer to each other in any order."""
    parents: dict[type[Page] | None, Page] = {}
    locale = Locale.get_default()
    for kind, group in groupby(work, key=lambda item: item.kind):
        items = list(group)
        new = [item for item in items if item.found is None]
        for item in new:
            given = {kind.key: item.key} | {
                "title": str(item.entry.data.get("title") or item.key),
                "slug": str(item.entry.data.get("slug") or item.key),
            }
            item.found = kind.model(live=False, draft_title=given["title"], locale=locale, owner=owner, **given)
        if new:
            give_places(_parent(kind, parents), [item.page for item in new])
        for item in items:
            if item.name == "home" and item in new:
                _make_site_root(item.page)
            # The same object is saved later: it must know the children that it has got meanwhile.
            parents.setdefault(kind.model, item.page)
            index[item.name, item.key] = item.page.pk


def _parent(kind: Kind, parents: dict[type[Page] | None, Page]) -> Page:
    """Return the page below which a kind belongs."""
    if kind.parent not in parents:
        parents[kind.parent] = kind.parent.objects.get() if kind.parent else _root()
    return parents[kind.parent]


def _root() -> Page:
    """Return the root of the tree, without the page that a new Wagtail comes with."""
    root = Page.get_first_root_node()
    for page in root.get_children():
        if page.specific_class is Page and not page.get_children().exists():
            page.delete()
    return Page.get_first_root_node()


def _make_site_root(home: Page) -> None:
    """Make the home page what the site shows at its root."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, hostname="localhost")
    site.root_page, site.site_name = home, "Gaitway"
    site.save()


def _fill(item: _Item, index: Index) -> list[Fault]:
    """Write an entry's values into its page and return what cannot be read."""
    converter = Converter(item.entry, item.label, index)
    for steps, name, value in _values(item):
        if name not in _fields(item.kind.model):
            converter.fail(f"“{steps[-1]}” is not a part of a {item.name.replace('_', ' ')}.", steps)
            continue
        item.places[name] = steps
        one = item.kind.model._meta.get_field(name)
        # of a page that is referred to, the id alone is known here
        setattr(item.page, getattr(one, "attname", name), converter.field(one, value, steps))
    item.page.draft_title = item.page.title
    if converter.faults:
        return converter.faults
    if item.page._state.adding:
        fill_place(item.page)
    elif not item.page.live:
        item.page.save(clean=False)
    return converter.faults


def _check(item: _Item, index: Index) -> list[Fault]:
    """Return what stops a filled page from being submitted; all others are filled by now."""
    return [
        item.entry.fault(str(problem), *item.places.get(problem.field or "", ())) for problem in item.page.problems()
    ]


def _values(item: _Item) -> Iterable[tuple[Steps, str, Any]]:
    """Yield (place in the file, field, value) of an entry."""
    for key, value in item.entry.data.items():
        if key == "type":
            continue
        inner = {r.split(".")[1]: f for r, f in item.kind.renamed.items() if r.startswith(f"{key}.")}
        if inner and isinstance(value, dict):
            for name, part in value.items():
                yield (key, str(name)), inner.get(str(name)) or str(name), part
        else:
            yield (key,), item.kind.renamed.get(key, key), value


def _fields(model: type[Page]) -> set[str]:
    """Return the names of the fields that a file may set."""
    own = [f for f in model._meta.get_fields() if f.concrete and f.model is model]
    inherited = {"title", "slug", "seo_title", "search_description"}
    return {f.name for f in own if not f.name.endswith("_ptr")} | inherited


def _remember(work: list[_Item]) -> None:
    rows = [
        LoadedEntry(
            kind=item.name, key=item.key, page_id=item.page.pk, entry_digest=item.digest,
            content_digest=digest_of(item.page),
        )
        for item in work
    ]  # fmt: skip
    LoadedEntry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["page_id", "entry_digest", "content_digest"],
    )


def digest_of(page: Page) -> str:
    """Return a hash of a page's content as the loader writes it."""
    content: dict[str, Any] = defaultdict(str)
    for name in sorted(_fields(type(page)) - set(TREE_FIELDS)):
        field_ = page._meta.get_field(name)
        if isinstance(field_, StreamField):
            content[name] = field_.get_prep_value(getattr(page, name))
        elif isinstance(field_, ParentalManyToManyField):
            content[name] = sorted(getattr(page, name).values_list("pk", flat=True))
        elif isinstance(field_, models.Field):
            content[name] = str(field_.value_from_object(page))
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
