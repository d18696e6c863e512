"""Faults while all pages are being made anew: after new code, after a migration, after another name in the menus."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from tools.chaos.breaking import ASKED_ELSEWHERE
from tools.chaos.load import fetch
from tools.chaos.scene import RENAMED, Outcome, Scene
from tools.stack.parts import ROOT, Part

LEFT_OUT = shutil.ignore_patterns(
    ".git", "var", ".venv", "__pycache__", "*.pyc", "docs", ".mypy_cache", ".ruff_cache", "node_modules"
)
NEXT_MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "{last}")]
    operations = [migrations.AddField("work", "note_of_a_test", models.CharField(max_length=9, default=""))]
"""
AWAY_SECONDS = 5


def deploy(scene: Scene) -> Outcome:
    """New code with a migration: migrate, go over process by process; then back again."""
    folder = _next(scene)
    _to(scene, folder)
    time.sleep(3)
    _back(scene, folder)
    return Outcome("new code, a migration, and back", longest_allowed=ASKED_ELSEWHERE)


def deploy_database(scene: Scene) -> Outcome:
    """The database crashes right after new code with a migration, while nearly no page of it is made; then back."""
    folder = _next(scene)
    _to(scene, folder)
    left, older = _away(scene)
    _back(scene, folder)
    said = f"{left} of {len(scene.pages())} pages not made yet, {older} older ones kept for them"
    return Outcome(said, longest_allowed=ASKED_ELSEWHERE)


def menus(scene: Scene) -> Outcome:
    """A release gives a page in the menus another name, so every page goes; then the database crashes; then back."""
    from articles.models import SourceIndexPage  # noqa: PLC0415  # needs the settings
    from tools.chaos import deeds  # noqa: PLC0415  # the same

    page = SourceIndexPage.objects.get()
    name = page.title.removesuffix(RENAMED)
    deeds.renamed(page, f"{name}{RENAMED}")
    shown = RENAMED.encode() in fetch(scene.stack.port, "/")[1]
    time.sleep(1)
    left, older = _away(scene)
    deeds.renamed(page, name)
    back = RENAMED.encode() not in fetch(scene.stack.port, "/")[1]
    said = f"{left} of {len(scene.pages())} pages not made yet, {older} older ones kept for them"
    return Outcome(said, [] if shown and back else ["the new name is not shown at once"])


def _away(scene: Scene) -> tuple[int, int]:
    """Let the database be away for a while; return how many pages of the load were missing, and had an older answer."""
    scene.stack.postgresql.stop("immediate")
    left = [path for path in scene.pages() if not (scene.kept_in("pages") / path.strip("/") / "index.html").exists()]
    older = [path for path in left if (scene.kept_in("aside/pages") / path.strip("/") / "index.html").exists()]
    time.sleep(AWAY_SECONDS)
    scene.stack.postgresql.start()
    time.sleep(3)
    scene.reconnect()
    return len(left), len(older)


def _next(scene: Scene) -> Path:
    """Return a folder with the next version of the code."""
    folder = scene.stack.folder / "next"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    (folder / "portal" / "urls.py").open("a").write(f"\n# The next version, of {time.time_ns()}.\n")
    (folder / "portal" / "migrations" / "9999_next.py").write_text(NEXT_MIGRATION.format(last=_last()))
    return folder


def _last() -> str:
    return max(path.stem for path in (ROOT / "portal" / "migrations").glob("0*.py"))


def _to(scene: Scene, folder: Path) -> None:
    _manage(scene, folder, "migrate", "--verbosity", "0")
    for part in scene.stack.applications:
        _go_over(scene, part, folder)


def _back(scene: Scene, folder: Path) -> None:
    for part in scene.stack.applications:
        _go_over(scene, part, ROOT)
    _manage(scene, folder, "migrate", "portal", _last(), "--verbosity", "0")


def _manage(scene: Scene, folder: Path, *words: str) -> None:
    command = [scene.stack.worker.command[0], "manage.py", *words]
    subprocess.run(command, cwd=folder, env={**os.environ, **scene.stack.environment()}, check=True)


def _go_over(scene: Scene, part: Part, folder: Path) -> None:
    """Let one process go over to other code, while nobody is led to it: it takes connections before it can answer."""
    scene.stack.lead_past(part)
    part.stop()
    part.folder = folder
    scene.restart(part)
    scene.stack.lead_past(None)
