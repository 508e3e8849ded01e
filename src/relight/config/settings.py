"""Settings: everything follows from RELIGHT_HOME and, if wanted, RELIGHT_DATABASE_URL.

Owns the order of apps and middleware, the databases' traps, the security headers. Secrets live in
the data folder, never here.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from relight.config.rail import RAIL

RELIGHT_HOME = Path(os.environ.get("RELIGHT_HOME") or Path.home() / ".relight").resolve()
RELIGHT_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret() -> str:
    """Read this installation's secret, made on first use, readable by its owner only."""
    place = RELIGHT_HOME / "secret.key"
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return place.read_text()


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "axes",
    "csp",
    "relight.journal",
    "relight.people",
    "relight.hospital",
    "relight.fleet",
    "relight.record",
    "relight.lab",
    "relight.activity",
    "relight.liaison",
    "relight.pmo",
    "relight.cleanzone",
    "relight.ui",
    "relight.console",
]

MIDDLEWARE = [
    "relight.ui.middleware.FrameMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "relight.people.middleware.ProgramMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "relight.fleet.middleware.WorkstationMiddleware",
    "relight.people.middleware.PeopleMiddleware",
    "relight.ui.middleware.ErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "relight.config.urls"
WSGI_APPLICATION = "relight.config.wsgi.application"
CSRF_FAILURE_VIEW = "relight.ui.views.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "relight.people.context.people",
                "relight.ui.context.frame",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"])],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]


def _database() -> dict[str, object]:
    """Return the database: PostgreSQL by url, else SQLite in the data folder.

    SQLite writes by BEGIN IMMEDIATE (a writer never finds out half-way that it must wait) in WAL
    mode with synchronous FULL, so that what was committed survives a power cut. Its log may grow to 16 MB
    before it is folded in: under load a page written many times is then folded in once.
    """
    url = os.environ.get("RELIGHT_DATABASE_URL", "")
    if url:
        return {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(RELIGHT_HOME / "relight.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                "PRAGMA wal_autocheckpoint=4000;"
            ),
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "people:sign-in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1 / 6  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
RELIGHT_SESSION_SHARED_S = 10 * 60
RELIGHT_SESSION_OWN_S = 8 * 3600

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [
    str(Path(__file__).parent.parent / folder / "locale")
    for folder in ("kernel", "wire", "paper", "inspection", "cli", "config")
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("RELIGHT_TIME_ZONE", "Europe/Brussels")
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATIC_ROOT = str(RELIGHT_HOME / "static")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # names are locked, not addresses: a ward shares one address
LOGGING_CONFIG = None

RELIGHT_RAIL = RAIL
RELIGHT_LIVE_VERSION = "relight.console.views.live.live_version"
RELIGHT_DAY_ZERO = "relight.hospital.api.day_zero"
RELIGHT_HOUSE_NAME = "relight.hospital.api.group_name"
RELIGHT_SCOPES = "relight.hospital.api.scope_words"
RELIGHT_REPORT_URL = "pmo:report"
RELIGHT_ANSWERS_URL = "pmo:mine"
RELIGHT_ANSWERS = "relight.pmo.api.answers_waiting"
RELIGHT_SUBSCRIPTIONS = "relight.config.subscriptions.SUBSCRIPTIONS"
RELIGHT_SEARCH_POSTED: list[str] = ["relight.console.search.patients"]  # what may name a patient
RELIGHT_SEARCH: list[str] = [
    "relight.console.search.machines",
    "relight.console.search.hospital",
    "relight.console.search.laboratory",
    "relight.console.search.staff",
]
