"""Settings. What the environment decides is declared in `portal.configuration`; every default is the safe one."""

import secrets
from datetime import timedelta

import dj_database_url

from portal.configuration import BASE_DIR, flag, in_earnest, is_set, listed, number, path, seconds, text

VAR_DIR = path("GAITWAY_VAR")


def _secret_key() -> str:
    """Return SECRET_KEY, or one made once and kept where only this machine reads it."""
    if key := text("SECRET_KEY"):
        return key
    kept = VAR_DIR / "secret-key"
    if not kept.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()


# On a machine where the site is only tried out much is allowed that is refused where others read (portal.production).
IN_EARNEST = in_earnest()
SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = listed("SECRET_KEYS_BEFORE")
DEBUG = flag("DEBUG")
SITE_URL = text("SITE_URL").rstrip("/")
SECURITY_CONTACTS = listed("SECURITY_CONTACT")
ALLOWED_HOSTS = listed("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "portal",
    "triage",
    "articles",
    "review",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.embeds",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "portal.headers.SecurityHeaders",
    "portal.compression.SmallWords",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.languages.ByAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.bad_input.BadInput",
    "portal.accounts.middleware.AdminDoor",
    "review.middleware.SayWhy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": dj_database_url.parse(
        text("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'gaitway.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"].pop("CONN_HEALTH_CHECKS", None)
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["ENGINE"] = "portal.postgresql"
    _seconds = seconds("DATABASE_SECONDS")
    # A server that is not there is noticed, also by commands. A transaction may rest for as long as proofs may take.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 2, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
        "wait_seconds": _seconds,
        "options": f"-c idle_in_transaction_session_timeout={120_000 if _seconds else 0}"
                   f" -c lock_timeout={int(_seconds * 800)} -c statement_timeout={int(_seconds * 900)}",
    } | DATABASES["default"].get("OPTIONS", {})  # fmt: skip
# Read only while it has all that the database has; never for the review or the admin (portal.replica).
if _replica := text("REPLICA_URL"):
    DATABASES["replica"] = dj_database_url.parse(_replica, conn_max_age=60, conn_health_checks=True)
    DATABASES["replica"]["ENGINE"] = "portal.postgresql"
    DATABASES["replica"]["OPTIONS"] = {
        "connect_timeout": 2, "wait_seconds": 5.0,
        "options": "-c default_transaction_read_only=on -c statement_timeout=4000",
    } | DATABASES["replica"].get("OPTIONS", {})  # fmt: skip
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
    DATABASE_ROUTERS = ["portal.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Login. Guessing is stopped for one name from one address: nobody can lock a reviewer out from elsewhere.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.passwords.NotTheSitesWords"},
    {"NAME": "portal.accounts.passwords.NotGuessable"},
]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "portal.accounts.addresses.client_address"
AXES_LOCKOUT_TEMPLATE = "portal/locked_out.html"
# How many of our own proxies add to X-Forwarded-For; 0 believes nobody.
TRUSTED_PROXIES = number("TRUSTED_PROXIES")
# Whoever decides about texts, registrations or accounts needs one-time codes: always on a public host. On a machine
# where the site is only tried out, the demonstration accounts work with their passwords alone.
SECOND_FACTOR_REQUIRED = flag("SECOND_FACTOR")
OTP_TOTP_ISSUER = "Gaitway"
OTP_TOTP_THROTTLE_FACTOR = 1
WAGTAILADMIN_USER_LOGIN_FORM = "portal.accounts.forms.SignInForm"
# An address is a way into an account: only whoever manages accounts changes it, and never a reviewer's.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Nobody types a password for somebody else: it is set by the link that goes to the person's own address.
WAGTAILUSERS_PASSWORD_ENABLED = False
PASSWORD_RESET_TIMEOUT = 3600
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("en", "English"), ("zh-hant", "Chinese (Traditional)")]

STATIC_URL = "/static/"
STATIC_ROOT = path("STATIC_DIR")
# Uploaded files are for the review's own view, which compares them with what was signed: no web server, no other view
# may look into this folder.
MEDIA_URL = "/media/"
MEDIA_ROOT = path("MEDIA_DIR")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Two of Wagtail's own style sheets name files that it does not ship.
WHITENOISE_MANIFEST_STRICT = False
# Nothing of ours is for other sites, static files neither.
WHITENOISE_ALLOW_ALL_ORIGINS = False

WAGTAIL_SITE_NAME = "Gaitway"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILSEARCH_BACKENDS: dict[str, dict[str, object]] = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

# The review. What is public is released by `review.actions` alone; a workflow of the admin publishes nothing.
REVIEW_MONTHS = {"urgent": 12, "other": 36}
REVIEW_GRACE_DAYS = 90
REVIEW_WAITING_DAYS = {"safety": 2, "clinical": 7, "wording": 14}
REVIEW_CONCERN_HOURS = 24
REVIEW_CONCERNS_AN_HOUR = 20
REVIEW_MAIL = True
REVIEW_STATEMENT = (
    "I have read this text as it will be shown. I had no part in writing it. In my professional judgement it is"
    " correct, complete and safe for the people it is written for."
)
# Wrong passwords or codes for one text before an account must pause; three times as many over all texts.
REVIEW_SIGNING_TRIES = 5
REVIEW_SIGNING_PAUSE_MINUTES = 15
# Dotted path to a function (user, code) -> bool | None for a second factor: whether the code is right, or None when the
# user has none. It is also asked with an empty code, to know whether to show the field.
REVIEW_SECOND_FACTOR = "portal.accounts.second_factor.check"
# Dotted path to a function that returns the emergency number as readers here dial it.
REVIEW_EMERGENCY_NUMBERS = "articles.queries.emergency_numbers"
# Documents pass the check of the review; their files are never addressed directly.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "review.file_forms.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "review.file_forms.ImageForm"
# What editors may upload. Pictures are drawn anew on their way in: neither a position nor a program comes along.
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_EXTENSIONS = ["pdf", "csv", "txt"]
DOCUMENT_MAX_BYTES = 20 * 1024 * 1024
WAGTAIL_FINISH_WORKFLOW_ACTION = "review.finishing.refuse_unreviewed"
# A guide in the editor sends one field for each part of each block.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# The watch over sources (articles.watch): off unless it is asked for, since it asks other people's sites.
CLAIM_WATCH = flag("CLAIM_WATCH")
WATCH_CONTACT = text("WATCH_CONTACT")
WATCH_FEED = text("WATCH_FEED")
WATCH_CROSSREF = text("WATCH_CROSSREF").removesuffix("none").rstrip("/")

# Released checks, compiled: read by every process, written at each release and by `manage.py write_artefacts`.
TRIAGE_ARTEFACTS = path("TRIAGE_ARTEFACTS")
# Released pages are made once and kept until something in them changes (portal.delivery).
KEEP_PAGES = flag("KEEP_PAGES")
PAGES_DIR = path("PAGES_DIR")
# PDFs of released guides and of the sheets of checks, made beside readers (articles.paper).
PRINT_PAPERS = flag("PRINT_PAPERS")
PAPERS_DIR = path("PAPERS_DIR")
# Seconds of processor time and megabytes that one page may take; a summary is asked for by a reader.
PAPER_LIMITS = {"page": (60, 1500), "summary": (3, 600)}
# How much of them each process holds in memory.
KEEP_PAGES_BYTES = number("KEEP_PAGES_BYTES")
# How often one address of the net may run a check over the interface, in each process.
PARTNER_RATE = text("PARTNER_RATE")
WAGTAILAPI_LIMIT_MAX = 50
# Counts of a day that are not in the database yet; no answers, no persons.
TRIAGE_COUNTS = path("COUNTS_DIR")
# How long proofs may take: before a sign-off, and while somebody waits for a draft to be saved.
TRIAGE_PROOF_SECONDS = 60.0
TRIAGE_PROOF_SECONDS_ON_SAVE = 2.0
# A hazard above this risk (1 to 5) needs a control that works; without one nothing that it concerns is signed.
TRIAGE_HAZARD_LIMIT = 2
# Seals the codes that people take to a doctor; codes made under another key cannot be read.
TRIAGE_RECEIPT_KEY = text("RECEIPT_KEY") or SECRET_KEY
# Shown when not even a released check can be read.
EMERGENCY_NUMBER = text("EMERGENCY_NUMBER")
EMERGENCY_PLACE = text("EMERGENCY_PLACE")
# An error report never holds what a person answered, typed or looked for.
DEFAULT_EXCEPTION_REPORTER = "portal.quiet.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "triage.privacy.AnswersFilter"

# Only addresses and levels: a log never holds what a reader typed.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "portal.quiet.Line", "format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "portal.observe.logs.JsonLine"},
        "event": {"()": "portal.observe.logs.EventLine"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": text("LOG_FORMAT")},
        "security": {"class": "logging.StreamHandler", "formatter": "event"},
    },
    "filters": {"without_reason": {"()": "portal.quiet.WithoutReason"}, "unsaid": {"()": "portal.quiet.Unsaid"}},
    "loggers": {
        "gaitway.security": {"handlers": ["security"], "level": "INFO", "propagate": False},
        "django.security.csrf": {"filters": ["without_reason"]},
        "django.security.DisallowedHost": {"filters": ["unsaid"]},
    },
    "root": {"handlers": ["stderr"], "level": text("LOG_LEVEL")},
}
# Mails: without a server they are printed, where nobody but whoever tries the site out reads them.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if is_set('EMAIL_HOST') else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = text("EMAIL_HOST"), number("EMAIL_PORT")
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = text("EMAIL_USER"), text("EMAIL_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = text("EMAIL_SECURITY") == "starttls", text("EMAIL_SECURITY") == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("EMAIL_FROM")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SITE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
