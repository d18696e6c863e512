"""Which build of the site this is: pages made by one are never shown by another."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

# Whatever decides how a page looks. Static files are named by their content, so the manifest speaks for them.
PARTS = ("templates/**/*.html", "portal/**/*", "articles/**/*", "triage/**/*", "review/**/*", "requirements.txt")
LEFT_OUT = ("__pycache__", "static", "starter", "protocols")


@cache
def build() -> str:
    """Return a short name for code, templates and settings together; the same in every process of a deployment."""
    digest = hashlib.sha256(_settings().encode())
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.is_file():
        digest.update(manifest.read_bytes())
    for path in sorted({p for part in PARTS for p in settings.BASE_DIR.glob(part)}):
        if path.is_file() and not set(path.relative_to(settings.BASE_DIR).parts).intersection(LEFT_OUT):
            digest.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _settings() -> str:
    """Return every setting that is plain data: another address, number or database is another site."""
    plain = {name: getattr(settings, name) for name in sorted(dir(settings)) if name.isupper() and name != "DATABASES"}
    # how long somebody waits for the database differs between those who wait and commands; which one it is does not
    plain["DATABASES"] = [str(settings.DATABASES["default"].get(key, "")) for key in ("ENGINE", "NAME", "HOST", "PORT")]
    return json.dumps(plain, default=_plain, sort_keys=True)


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, Path) else type(value).__name__
