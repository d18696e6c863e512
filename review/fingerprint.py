"""From the governed content of a page to one hash that changes whenever the content does.

Each field is hashed by itself and the fingerprint is the hash of those, so that a ledger can show most fields in
full and prove the rest without publishing it.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail.blocks import StreamValue
from wagtail.models import COMMENTS_RELATION_NAME, Page

# What Wagtail keeps about a page that is not what a reader reads.
UNGOVERNED = frozenset(
    {
        "id", "path", "depth", "numchild", "url_path", "draft_title", "content_type", "translation_key", "locale",
        "owner", "latest_revision", "live_revision", "latest_revision_created_at", "live", "has_unpublished_changes",
        "first_published_at", "last_published_at", "go_live_at", "expire_at", "expired", "locked", "locked_at",
        "locked_by", "alias_of",
    }
)  # fmt: skip
_BLOCK_KEYS = frozenset({"type", "value", "id"})
# Where a page keeps the members of its many-to-many fields, once they were read for many pages together.
_MEMBERS = "_members_read"


def canonical(value: Any) -> str:
    """Return the one JSON text for a value: sorted keys, no spaces, no escapes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def content(page: Page) -> dict[str, Any]:
    """Return everything governed on a page as plain data, the same for a row and for its revision."""
    model: Any = type(page)
    found = {name: _field(page, name) for name in _columns(model)}
    for name in _many(model):
        found[name] = _members(page, name)
    for name in _children(model):
        found[name] = [content_of_child(child, page) for child in _ordered(getattr(page, name).all())]
    extra: dict[str, Any] = getattr(page, "governed_extra", dict)()
    return found | {f"+{name}": plain(value) for name, value in extra.items()}


def content_of_child(child: models.Model, page: Page) -> dict[str, Any]:
    """Return a child row without its own key and without its link to the page."""
    fields = child._meta.concrete_fields
    return {
        field.name: plain(field.value_from_object(child))
        for field in fields
        if not field.primary_key and not (field.remote_field and isinstance(page, field.remote_field.model))
    }


def marks(governed: dict[str, Any]) -> dict[str, str]:
    """Return the hash of each field."""
    return {name: digest(value) for name, value in governed.items()}


def of_content(governed: dict[str, Any], label: str) -> str:
    """Return the fingerprint of governed content of one page type."""
    return digest({"type": label, "fields": marks(governed)})


def fingerprint(page: Page) -> str:
    """Return the fingerprint of a page as it is in memory."""
    return of_content(content(page), type(page)._meta.label_lower)


def seal(page: Page) -> bytes:
    """Return a quick digest of a row as it was read: equal seals have equal fingerprints, for one page type.

    It costs a twentieth of a fingerprint, so that a page can be compared with one that was found to be right before.
    """
    model: Any = type(page)
    fields = (page._meta.get_field(name) for name in _columns(model))
    values = [_stored(field.value_from_object(page)) for field in fields]
    parts = [[content_of_child(c, page) for c in getattr(page, name).all()] for name in _children(model)]
    extra: dict[str, Any] = getattr(page, "governed_extra", dict)()
    whole = [model._meta.label_lower, values, [_members(page, name) for name in _many(model)], parts, extra]
    return hashlib.sha256(json.dumps(whole, default=str).encode()).digest()


def _stored(value: Any) -> Any:
    return list(value.get_prep_value()) if isinstance(value, StreamValue) else value


def read_members(pages: Iterable[Page]) -> None:
    """Read the many-to-many fields of many pages together: one query for each field of each page type."""
    by_model: dict[Any, list[Page]] = {}
    for page in pages:
        by_model.setdefault(type(page), []).append(page)
    for model, some in by_model.items():
        for name in _many(model):
            field: Any = model._meta.get_field(name)
            through, to = field.remote_field.through._default_manager, f"{field.m2m_reverse_field_name()}_id"
            rows = through.filter(**{f"{field.m2m_field_name()}__in": [page.pk for page in some]})
            found: dict[int, list[Any]] = {}
            for pk, member in rows.values_list(f"{field.m2m_field_name()}_id", to):
                found.setdefault(pk, []).append(member)
            for page in some:
                page.__dict__.setdefault(_MEMBERS, {})[name] = sorted(found.get(page.pk, []))


def says_nothing(value: Any) -> bool:
    """Return whether a value is what an empty field holds: a zero is a figure, and says something."""
    return value is None or value is False or value in ("", [], {})


def with_the_fields_of(before: Any, now: Any) -> Any:
    """Return governed content with the fields of an earlier one: empty fields that came later go, those that went come.

    What says something stays, on either side, so that a text that was changed never becomes the earlier one.
    """
    if isinstance(before, dict) and isinstance(now, dict):
        gone = {name: value for name, value in before.items() if name not in now and says_nothing(value)}
        kept = {n: with_the_fields_of(before[n], v) if n in before else v for n, v in now.items()}
        return gone | {name: value for name, value in kept.items() if name in before or not says_nothing(value)}
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [with_the_fields_of(was, one) for was, one in zip(before, now, strict=True)]
    return now


def content_hash(revision_content: dict[str, Any]) -> str:
    """Return the hash of a revision's raw data: evidence that outlives a change of the models."""
    return digest(revision_content)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: numbers normalised, times in UTC, block ids left out."""
    if isinstance(value, StreamValue):
        return plain(list(value.get_prep_value()))
    if isinstance(value, dict):
        keep = _BLOCK_KEYS - {"id"} if value.keys() <= _BLOCK_KEYS and "type" in value else value.keys()
        return {str(key): plain(item) for key, item in value.items() if key in keep}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, Decimal | float):
        return format(Decimal(str(value)).normalize(), "f")
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).isoformat()
    if isinstance(value, models.Model):
        return value.pk
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, default=str))


def _field(page: Page, name: str) -> Any:
    field = page._meta.get_field(name)
    return plain(field.value_from_object(page))


def _members(page: Page, name: str) -> list[Any]:
    """Return the keys of a many-to-many field, in order; one small query for a row."""
    if name in getattr(page, "_cluster_related_objects", {}) or page.pk is None:
        return sorted(member.pk for member in getattr(page, name).all())
    if name in page.__dict__.get(_MEMBERS, {}):
        return page.__dict__[_MEMBERS][name]
    field: Any = page._meta.get_field(name)
    through = field.remote_field.through._default_manager
    rows = through.filter(**{field.m2m_field_name(): page.pk})
    return sorted(rows.values_list(f"{field.m2m_reverse_field_name()}_id", flat=True))


def _ordered(rows: Any) -> list[models.Model]:
    return sorted(rows, key=lambda row: (getattr(row, "sort_order", 0) or 0, row.pk or 0))


@cache
def _columns(model: type[Page]) -> tuple[str, ...]:
    """Return the names of the governed columns of a page type."""
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if field.name not in UNGOVERNED
        and not (field.remote_field and getattr(field.remote_field, "parent_link", False))
    )


@cache
def _many(model: type[Page]) -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.many_to_many)


@cache
def _children(model: type[Page]) -> tuple[str, ...]:
    """Return the child relations that content apps define; Wagtail's own are not content."""
    return tuple(
        relation.get_accessor_name()
        for relation in get_all_child_relations(model)
        if relation.get_accessor_name() != COMMENTS_RELATION_NAME
        and not relation.related_model.__module__.startswith("wagtail.")
    )


def governed_names(model: Any) -> frozenset[str]:
    """Return the names of all governed fields, so that a save can be told from a save that matters."""
    return frozenset({*_columns(model), *_many(model), *_children(model)})
