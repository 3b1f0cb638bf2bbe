"""As `django-admin startproject` leaves it, without the admin; one app with one table and one view.

Database and durability are as the product has them.
"""

from __future__ import annotations

import os
from pathlib import Path

from lianxin.config import environment, sqlite

sqlite.install()

SECRET_KEY = "measured on this machine only, never served to anybody"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "bench.bare",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
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
ROOT_URLCONF = "bench.bare.views"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
_database = environment.database(Path(os.environ["LIANXIN_DATA"]))
_engine = str(_database["ENGINE"]).rpartition(".")[2]
DATABASES = {"default": _database | {"ENGINE": f"django.db.backends.{_engine}"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
