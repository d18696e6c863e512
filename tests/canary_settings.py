"""The site as it is shipped, with its error mails in files, and with every step breakable on demand."""

from portal.settings import *  # noqa: F403
from portal.settings import LOGGING, MIDDLEWARE, VAR_DIR

ADMINS = [("Operator", "operator@example.org")]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mails"
MIDDLEWARE = ["tests.breaking.Breaking", *MIDDLEWARE]
LOGGING["handlers"]["mail"] = {  # type: ignore[index]
    "class": "django.utils.log.AdminEmailHandler", "include_html": True, "level": "WARNING",
}  # fmt: skip
LOGGING["root"]["handlers"].append("mail")  # type: ignore[index]
