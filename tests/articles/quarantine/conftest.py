"""Where the raw texts are, if they are here at all."""

import os
from pathlib import Path

import pytest

from articles.quarantine import actions
from articles.quarantine.vocabulary import EMPTY

ROOT = Path(__file__).resolve().parents[3]
TEXTS = Path(__file__).resolve().parent / "texts"
PLACES = Path(__file__).resolve().parent / "places.yaml"


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    """Return the folder of the two raw texts; whoever has none of them skips what needs them."""
    folder = Path(os.environ.get("RAW_TEXTS") or ROOT.parent / "shared" / "seeds")
    if not folder.is_dir():
        pytest.skip("The raw texts are not here; RAW_TEXTS names their folder.")
    return folder


@pytest.fixture
def knowing_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hints be made without reading all pages first, for tests that are not about hints."""
    monkeypatch.setattr(actions, "vocabulary", lambda: EMPTY)
