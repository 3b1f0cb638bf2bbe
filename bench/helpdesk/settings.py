"""As the handbook of django-helpdesk has them; database and durability are as the product's."""

from __future__ import annotations

import os
from pathlib import Path

from lianxin.config import environment, sqlite

sqlite.install()

SECRET_KEY = "measured on this machine only, never served to anybody"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.admin",
    "rest_framework",
    "rest_framework.authtoken",
    "helpdesk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bench.helpdesk.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
_database = environment.database(Path(os.environ["LIANXIN_DATA"]))
_engine = str(_database["ENGINE"]).rpartition(".")[2]
DATABASES = {"default": _database | {"ENGINE": f"django.db.backends.{_engine}"}}
_options = DATABASES["default"]["OPTIONS"]
if "init_command" in _options:
    # Checks of its tables ask for what SQLite does only where it trusts them.
    _options["init_command"] = _options["init_command"].replace(
        "PRAGMA trusted_schema=0", "PRAGMA trusted_schema=1"
    )
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
SITE_ID = 1
STATIC_URL = "/static/"
MEDIA_ROOT = Path(os.environ["LIANXIN_DATA"]) / "media"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_ACTIVATE_API_ENDPOINT = True
# With a token, as ours has a key; a password would cost it a fifth of a second a request.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]
}
# Without teams, which are another package.
HELPDESK_TEAMS_MODEL = "auth.User"
HELPDESK_TEAMS_MIGRATION_DEPENDENCIES: list[tuple[str, str]] = []
HELPDESK_KBITEM_TEAM_GETTER = lambda _item: None  # noqa: E731 - as its handbook writes it
