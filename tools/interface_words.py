"""The words of the interface in other languages: compile them, and say which are not translated.

python tools/interface_words.py          write the compiled catalogues beside their sources
"""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "locale"


def compiled(source: Path) -> bytes:
    """Return a catalogue as programs read it."""
    return polib.pofile(str(source)).to_binary()


def sources() -> list[Path]:
    """Return every catalogue."""
    return sorted(FOLDER.glob("*/LC_MESSAGES/django.po"))


def main() -> None:
    """Compile every catalogue."""
    for source in sources():
        catalogue = polib.pofile(str(source))
        source.with_suffix(".mo").write_bytes(compiled(source))
        print(f"{source.relative_to(ROOT)}: {len(catalogue.translated_entries())} of {len(catalogue)} words")


if __name__ == "__main__":
    main()
