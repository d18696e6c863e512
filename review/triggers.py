"""What the ORM does not see, the database refuses: `update()`, raw SQL, rows of child tables.

The triggers are made anew after every migration, so that the tables of page types that come later are covered. They
know which pages may change from `review.doors`: PostgreSQL by a setting that lives as long as the transaction,
SQLite by asking this process.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections, models
from modelcluster.models import get_all_child_relations
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    CollectionViewRestriction,
    Page,
    PageLogEntry,
    PageViewRestriction,
    Revision,
    Site,
)

from review import doors
from review import triggers_postgresql as postgresql
from review import triggers_sqlite as sqlite
from review.enums import UseKind
from review.models.evidence import ChainHead, Evidence, SignOff
from review.models.page import ReviewedPage
from review.models.people import Credential
from review.models.submission import Standing, Use
from review.uses import FILE_FIELDS

GUARDED = (Standing, Use, Credential, ChainHead)
HIDING = (PageViewRestriction, CollectionViewRestriction)
OF_WAGTAIL = (PageLogEntry, Redirect, *HIDING)


def page_parts() -> Iterator[tuple[str, str]]:
    """Yield (table, column with the page's id) for everything a page type keeps outside Wagtail's own table."""
    for model in reviewed_models():
        link: Any = model._meta.pk
        yield model._meta.db_table, link.column
        for field in model._meta.many_to_many:
            through: Any = field.remote_field.through  # type: ignore[union-attr]
            yield through._meta.db_table, through._meta.get_field(field.m2m_field_name()).column  # type: ignore[attr-defined]
        for relation in get_all_child_relations(model):
            name, child = relation.get_accessor_name(), relation.related_model
            if name != COMMENTS_RELATION_NAME and not child.__module__.startswith("wagtail."):
                yield child._meta.db_table, relation.field.column


@cache
def reviewed_models() -> tuple[type[ReviewedPage], ...]:
    """Return every page type that passes the gate."""
    return tuple(m for m in apps.get_models() if issubclass(m, ReviewedPage) and not m._meta.proxy)


@cache
def evidence_models() -> tuple[type[Evidence], ...]:
    """Return every kind of row that is written once, those of other apps too."""
    return tuple(m for m in apps.get_models() if issubclass(m, Evidence) and not m._meta.proxy)


def _sqlite(columns: Callable[[str], list[str]]) -> Iterator[str]:
    pages, standing, use = (m._meta.db_table for m in (Page, Standing, Use))
    yield from sqlite.page(pages, standing)
    yield from sqlite.revision(Revision._meta.db_table, SignOff._meta.db_table, standing)
    yield from sqlite.site(Site._meta.db_table, standing)
    yield from sqlite.log(PageLogEntry._meta.db_table)
    for hiding in HIDING:
        yield from sqlite.hidden(hiding._meta.db_table)
    yield from sqlite.redirect(Redirect._meta.db_table)
    for table, column in sorted(set(page_parts())):
        yield from sqlite.part(table, column, columns(table), pages)
    for model in evidence_models():
        yield from sqlite.evidence(model._meta.db_table)
    for guarded in GUARDED:
        yield from sqlite.guarded(guarded._meta.db_table)
    for files, kind, names in file_tables():
        yield from sqlite.file(files._meta.db_table, kind, names, use)


def _postgresql() -> Iterator[str]:
    standing, use = Standing._meta.db_table, Use._meta.db_table
    yield postgresql.functions(standing=standing, use=use, sign_off=SignOff._meta.db_table, inside=doors.INSIDE)
    yield from postgresql.page(Page._meta.db_table)
    yield from postgresql.revision(Revision._meta.db_table)
    yield from postgresql.site(Site._meta.db_table)
    yield from postgresql.log(PageLogEntry._meta.db_table)
    for hiding in HIDING:
        yield from postgresql.hidden(hiding._meta.db_table)
    yield from postgresql.redirect(Redirect._meta.db_table)
    for table, column in sorted(set(page_parts())):
        yield from postgresql.part(table, column)
    for model in evidence_models():
        yield from postgresql.evidence(model._meta.db_table)
    for guarded in GUARDED:
        yield from postgresql.guarded(guarded._meta.db_table)
    for files, kind, names in file_tables():
        yield from postgresql.file(files._meta.db_table, kind, names)


def file_tables() -> Iterator[tuple[type[models.Model], UseKind, list[str]]]:
    """Yield the models of images and documents, each with the columns that readers see the content of."""
    for model, kind in ((get_image_model(), UseKind.IMAGE), (get_document_model(), UseKind.DOCUMENT)):
        yield model, kind, [model._meta.get_field(name).column for name in FILE_FIELDS[kind]]


def existing_tables(using: str) -> set[str]:
    """Return the tables that are there."""
    connection = connections[using]
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def install(using: str = "default") -> None:
    """Make all triggers anew; does nothing while the tables are not there yet."""
    connection = connections[using]
    if connection.vendor not in {"postgresql", "sqlite"} or not _needed() <= existing_tables(using):
        return
    remove(using)
    with connection.cursor() as cursor:
        for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite(_columns_of(cursor)):
            cursor.execute(statement)


def _columns_of(cursor: Any) -> Callable[[str], list[str]]:
    def columns(table: str) -> list[str]:
        cursor.execute(f'PRAGMA table_info("{table}")')
        return [row[1] for row in cursor.fetchall()]

    return columns


def remove(using: str = "default") -> None:
    """Drop all triggers, so that migrations can do their work."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in _there(cursor, connection.vendor):
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def _there(cursor: Any, vendor: str) -> set[tuple[str, str]]:
    """Return (name, table) of the triggers that are there and not switched off."""
    if vendor == "postgresql":
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE 'gaitway\\_%' AND t.tgenabled IN ('O', 'A')"
        )
    elif vendor == "sqlite":
        cursor.execute(
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'gaitway\\_%' ESCAPE '\\'"
        )
    else:
        return set()
    return set(cursor.fetchall())


def missing(using: str = "default") -> list[str]:
    """Return the tables without all of their triggers."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = _there(cursor, connection.vendor)
        if connection.vendor == "postgresql":
            wanted = {(name, table) for table in _needed() for name in (postgresql.ROW, postgresql.STATEMENT)}
        else:
            wanted = {_named(statement) for statement in _sqlite(_columns_of(cursor))}
    return sorted({table for _, table in wanted - there})


def _named(statement: str) -> tuple[str, str]:
    """Return the name and the table of a trigger of SQLite."""
    _, name, _, table, *_ = statement.split('"')
    return name, table


def _needed() -> set[str]:
    of_files = {model._meta.db_table for model, _, _ in file_tables()}
    models_: Iterable[type[models.Model]] = (Page, Revision, Site, *OF_WAGTAIL, *evidence_models(), *GUARDED)
    return {m._meta.db_table for m in models_} | {table for table, _ in page_parts()} | of_files


def after_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Make the triggers once the tables of all apps are there."""
    install(using)


def before_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Take the triggers away while tables change."""
    remove(using)
