"""What tests need that cannot be an environment variable."""

import os
from pathlib import Path

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, VAR_DIR

SECRET_KEY = "for tests only"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A server that a journey starts serves static files from where they are, and a copy of the test database.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
if _name := os.environ.get("GAITWAY_DATABASE_NAME"):
    DATABASES["default"]["NAME"] = _name
# Each database has the releases that belong to it.
TRIAGE_ARTEFACTS = VAR_DIR / "tests" / f"artefacts-{Path(_name).stem if _name else os.getpid()}"
TRIAGE_COUNTS = TRIAGE_ARTEFACTS / "counts"
PAPERS_DIR = TRIAGE_ARTEFACTS / "papers"
# Tests see each page made anew, except those of the delivery.
KEEP_PAGES = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Wagtail's own index serves the admin's search and is as the load of the starter content has left it; ours, for
# readers, follows every release in every test.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}}
