"""Ways to change what is public, times roles: every cell is refused, or leads to nothing that a reader sees.

On PostgreSQL the whole table is written to docs/side-doors.md.
"""

import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import CollectionViewRestriction, Page, Site

from articles.models import InfoPage
from review import demo, files, serving, static_files
from review.enums import UseKind
from review.fingerprint import fingerprint
from review.models import Release, SignOff, Standing, Submission, Use
from review.uses import FILE_FIELDS
from tests import database
from tests.conftest import Unblocked
from tests.past_the_triggers import past_the_triggers
from tests.review import making, side_doors_code, side_doors_files, side_doors_http, side_doors_rows
from tests.review.side_doors_code import Scene, Way

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs" / "side-doors.md"
ROLES = ("nobody", "anonymous", "author", "author who reviews", "reviewer", "administrator", "superuser")
REFUSED, NOTHING, UNSEEN, OPEN = "refused", "changes nothing", "never shown", "OPEN"
REFUSALS = (PermissionDenied, ProtectedError, DatabaseError, CommandError)
# What SQLite cannot see; said in docs/side-doors.md.
SQLITE_LEFT: set[str] = set()


def ways(module: Any) -> dict[str, Way]:
    """Return the ways of a module, by name."""
    found = inspect.getmembers(module, inspect.isfunction)
    return {n: f for n, f in found if f.__module__ == module.__name__ and not n.startswith("_")}


CODE = {**ways(side_doors_code), **ways(side_doors_rows), **ways(side_doors_files)}
HTTP = ways(side_doors_http)
COLD = "articles/drawings/cold-pack.svg"


@pytest.fixture(scope="module")
def stage(made_once: Unblocked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The scene of all tests here, made once; each test undoes what it did to it."""
    folder = tmp_path_factory.mktemp("stage")
    drawing, found = folder / "cold-pack.svg", static_files._path
    drawing.write_bytes(found(COLD).read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_files, "_path", lambda name: drawing if name == COLD else found(name))
        with made_once():
            scene = _scene(folder, drawing)
        yield scene


def _scene(folder: Path, drawing: Path) -> Scene:
    """A public page with a newer draft, a draft that never was public, and a page that shows another."""
    demo.make_roles()
    author = making.editor()
    leaflet = get_document_model().objects.create(title="Leaflet", file=ContentFile(b"signed", name="leaflet.txt"))
    picture = get_image_model().objects.create(title="A calf", file=get_test_image_file(filename="calf.png"))
    words = (
        f'<p>Signed words, <a linktype="document" id="{leaflet.pk}">and more</a>.</p>'
        f'<embed embedtype="image" id="{picture.pk}" format="left" alt="A calf"/>'
    )
    page = making.released(making.info(by=author, body=words))
    making.edited(page, body="<p>Newer words.</p>", by=author)
    source = making.released(making.source(by=author))
    term = making.released(making.term(by=author, sources=[source]))
    warned = f"{term.definition}<p>Call an ambulance if you cannot breathe.</p>"
    term = making.released(making.edited(term, by=author, definition=warned))
    draft = making.info(by=author, title="A draft")
    return Scene(
        InfoPage.objects.get(pk=page.pk),
        draft,
        source,
        term,
        None,
        None,
        folder,
        drawing,
        (leaflet.file.name, picture.file.name),
    )


@pytest.fixture
def scene(stage: Scene, client: Any, tmp_path: Path) -> Scene:
    """The scene with a browser and a folder of the test's own."""
    return replace(stage, page=fresh(stage.page), draft=fresh(stage.draft), client=client, tmp_path=tmp_path, forms={})


def person(role: str, author: Any) -> Any:
    """Return who tries; the author is the one who wrote the drafts of the scene."""
    if role == "author who reviews":
        author.groups.add(Group.objects.get(name=demo.REVIEWERS))
        making.give_credential(author)
    make: dict[str, Callable[[], Any]] = {
        "author": lambda: author,
        "author who reviews": lambda: author,
        "reviewer": making.reviewer,
        "administrator": lambda: making.user(demo.ADMINISTRATORS),
        "superuser": making.superuser,
    }
    return make[role]() if role in make else None


def live_pages(scene: Scene) -> dict[int, Any]:
    """Return the live pages of the scene and all that came after, as their rows say; None where a row is gone."""
    rows = Page.objects.live().filter(depth__gt=1, pk__gte=scene.page.pk)
    return {p.pk: p.specific_class.objects.filter(pk=p.pk).first() for p in rows if p.specific_class}


Texts = dict[int, tuple[Any, Any] | None]


def texts(scene: Scene) -> Texts:
    """Return each live page with its address, title and text; None where its row is gone."""
    return {
        pk: page and (page, (page.url_path, page.title, fingerprint(page))) for pk, page in live_pages(scene).items()
    }


def state(scene: Scene) -> tuple[dict[Any, Any], Any]:
    """Return what readers can see, and the rows that must not have changed."""
    found = texts(scene)
    return shown(found), stored(scene, found)


def shown(found: Texts) -> dict[Any, Any]:
    """Return what readers can see: address, title and text of each page that passes the last check, and its files."""
    seen: dict[Any, Any] = {pk: one[1] for pk, one in found.items() if one and serving.fault_of(one[0]) is None}
    for kind, model in ((UseKind.DOCUMENT, get_document_model()), (UseKind.IMAGE, get_image_model())):
        for file in model.objects.all():
            if files.is_signed(kind, file):
                seen[file.title] = files.digest_of(file)
    drawn = static_files.digest_of(COLD)
    if Use.objects.filter(kind=UseKind.STATIC, used=COLD, mark=drawn).exists():
        seen[COLD] = drawn
    return seen


def stored(scene: Scene, found: Texts) -> Any:
    """Return the rows that must not have changed on PostgreSQL, public or evidence."""
    live = {pk: one and one[1] for pk, one in found.items()}
    ids = [scene.page.pk, scene.draft.pk, scene.source.pk, scene.term.pk]
    uses = list(Use.objects.filter(user_page_id__in=ids).order_by("pk").values_list())
    evidence = [
        (model.objects.count(), list(model.objects.filter(page_id__in=ids).order_by("pk").values_list()))
        for model in (SignOff, Release, Standing)
    ]
    files = [
        list(model.objects.filter(file__in=scene.files).values_list(*FILE_FIELDS[kind]))
        for kind, model in ((UseKind.DOCUMENT, get_document_model()), (UseKind.IMAGE, get_image_model()))
    ]
    files.append([list(model.objects.values_list()) for model in (Site, CollectionViewRestriction)])
    older = Page.objects.filter(pk__lt=scene.page.pk, live=True).order_by("pk")
    return live, uses, evidence, files, list(older.values_list("pk", "title", "url_path", "depth", "live_revision_id"))


def attempt(scene: Scene, way: Way, before: Any, rows: Any) -> str:
    """Try one way and return what came of it, with everything undone; `before` and `rows`: how it was.

    Rows are read again only where one may differ: after an error the database has put back every row, and nothing
    differs where nothing was written.
    """
    with transaction.atomic(), _files_restored(scene) as same_files:
        said, wrote = _try(scene, way)
        if not wrote and same_files():
            after, rows_after = before, rows
        else:
            after, rows_after = state(scene)
        transaction.set_rollback(True)
    if rows_after == rows and after == before:
        return REFUSED if said == "refused" else NOTHING
    return UNSEEN if _stopped_at_the_last_check(before, after, rows, rows_after) else OPEN


@contextmanager
def _files_restored(scene: Scene) -> Iterator[Callable[[], bool]]:
    """Give a function that says whether files are as before; put back their bytes, which no transaction does."""
    storage = default_storage

    def as_it_is() -> list[bytes]:
        found = [scene.drawing.read_bytes()]
        for name in scene.files:
            with storage.open(name) as file:
                found.append(file.read())
        return found

    before = as_it_is()
    yield lambda: all(storage.exists(name) for name in scene.files) and as_it_is() == before
    scene.drawing.write_bytes(before[0])
    for name, content in zip(scene.files, before[1:], strict=True):
        storage.delete(name)
        storage.save(name, ContentFile(content))


def _try(scene: Scene, way: Way) -> tuple[str, bool]:
    """Return what was said, and whether any row may be another one now."""
    writes = Writes()
    try:
        with transaction.atomic(), connection.execute_wrapper(writes):
            answer = way(scene)
    except REFUSALS:
        return "refused", False
    if isinstance(answer, HttpResponse):
        assert answer.status_code < 500, answer.status_code
        return "refused" if answer.status_code >= 400 else "answered", writes.any
    return "done", writes.any


class Writes:
    """Notices every statement that is more than a question."""

    def __init__(self) -> None:
        self.any = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Let a statement through."""
        self.any = self.any or not sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT"))
        return execute(sql, params, many, context)


def _stopped_at_the_last_check(before: Any, after: Any, rows: Any, rows_after: Any) -> bool:
    """Return whether readers do not see what was changed: a file is not served, a page says it is being checked.

    Only SQLite leaves a row to that.
    """
    lost = before.keys() - after.keys()
    if rows == rows_after and all(isinstance(name, str) for name in lost):
        return all(after[key] == before.get(key) for key in after)
    still_live = lost <= rows_after[0].keys() and all(after[pk] == before[pk] for pk in after if pk in before)
    return connection.vendor == "sqlite" and still_live and after.keys() <= before.keys() and rows[1:] == rows_after[1:]


TABLE: dict[str, dict[str, str]] = {}


# On SQLite those who may most, and code without anybody: what the others may not do there, they may not do on either.
ON_SQLITE = ("nobody", "author who reviews", "superuser")


@pytest.mark.parametrize("role", ROLES if database.is_postgresql() else ON_SQLITE)
def test_every_way_is_closed(scene, client, role):
    scene.user = person(role, scene.page.owner)
    found, (before, rows) = {}, state(scene)
    if scene.user is not None:
        client.force_login(scene.user)
    cookies = copy.deepcopy(client.cookies)
    for name, way in {**CODE, **HTTP}.items():
        # a session that somebody ended comes back with its row
        client.cookies = copy.deepcopy(cookies)
        if name in HTTP and role == "nobody":
            found[name] = "–"
            continue
        try:
            found[name] = attempt(copied(scene), way, before, rows)
        except Exception as error:
            raise AssertionError(f"{name} as {role}: {error!r}") from error
    for name, cell in found.items():
        TABLE.setdefault(name, {})[role] = cell
    _write_table()

    left = SQLITE_LEFT if connection.vendor == "sqlite" else set()
    assert {name for name, cell in found.items() if cell == OPEN} <= left


def copied(scene: Scene) -> Scene:
    """Return the scene with pages that a way may change in memory."""
    return replace(scene, page=copy.deepcopy(scene.page), draft=copy.deepcopy(scene.draft))


def fresh(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk)


def _write_table() -> None:
    """Write the table once all roles have been tried, on PostgreSQL only: there nothing is left to the last check."""
    if connection.vendor != "postgresql" or any(len(cells) < len(ROLES) for cells in TABLE.values()):
        return
    lines = ["| way | " + " | ".join(ROLES) + " |", "| --- |" + " --- |" * len(ROLES)]
    for name, cells in TABLE.items():
        lines.append(f"| {name.replace('_', ' ')} | " + " | ".join(cells[role] for role in ROLES) + " |")
    open_cells = sum(cell == OPEN for cells in TABLE.values() for cell in cells.values())
    head, _, _ = DOCS.read_text(encoding="utf-8").partition("## The table")
    table = "\n".join(lines)
    DOCS.write_text(f"{head}## The table\n\nOpen cells: {open_cells}.\n\n{table}\n", encoding="utf-8")


def test_the_scene_is_public_to_begin_with(scene):
    assert state(scene)[0].keys() >= {scene.page.pk, scene.source.pk, scene.term.pk, "Leaflet", "A calf", COLD}
    assert not Submission.objects.filter(page_id=scene.draft.pk).exists()


def test_a_tampered_row_is_not_shown(scene):
    with transaction.atomic(), past_the_triggers():
        InfoPage.objects.filter(pk=scene.page.pk).update(body="<p>Tampered.</p>")

    assert serving.fault_of(InfoPage.objects.get(pk=scene.page.pk)) == "not the text that was signed"
