"""Django settings. Everything that differs between places comes from the environment:

LIANXIN_DATABASE_URL, LIANXIN_SECRET_KEY or LIANXIN_SECRET_KEY_FILE, LIANXIN_ALLOWED_HOSTS,
LIANXIN_HTTPS, LIANXIN_SITE_URL, LIANXIN_DATA, LIANXIN_KEYS, LIANXIN_EMAIL_URL, LIANXIN_PLACE,
LIANXIN_POLICY, LIANXIN_DEBUG;
for the vault LIANXIN_VAULT_SOCKET, LIANXIN_VAULT_KEYS, LIANXIN_VAULT_CLIENTS,
LIANXIN_CONTACT_MONTHS, LIANXIN_RELAY_URL, LIANXIN_RELAY_SECRET, LIANXIN_RELAY_REPORT_SECRET;
for the journal LIANXIN_ANCHOR_FILE, LIANXIN_ANCHOR_URL, LIANXIN_TSA_URL, LIANXIN_TSA_ROOTS;
LIANXIN_BACKUP_RECIPIENT;
LIANXIN_SECOND_FACTOR, LIANXIN_IDLE_MINUTES;
LIANXIN_CLAMD;
LIANXIN_MAIL_ADDRESS, LIANXIN_IMAP_URL;
LIANXIN_HOTLINE_SECRET;
LIANXIN_WECHAT_APP_ID, LIANXIN_WECHAT_SECRET, LIANXIN_WECHAT_TOKEN, LIANXIN_WECHAT_AES_KEY,
LIANXIN_WECHAT_TEMPLATE, LIANXIN_WECHAT_API;
LIANXIN_HOOK_NETWORKS;
LIANXIN_FLOOD_ALL, LIANXIN_FLOOD_NETWORK, LIANXIN_SHARED_EXITS.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lianxin.config import environment, sqlite

sqlite.install()

DATA = environment.data_directory()
DEBUG = environment.flag("LIANXIN_DEBUG")
SECRET_KEY = environment.secret_key(DATA)
LIANXIN_PLACE = environment.text("LIANXIN_PLACE", most=40)
"""The town or street in whose name the pages speak; part of every page's title."""
LIANXIN_POLICY = environment.text("LIANXIN_POLICY", default="community_default", most=40)
"""Code of the deadline rules that cases follow (see the presets of `deadlines`)."""

# --- who may call, and over what -----------------------------------------------------------------
ALLOWED_HOSTS = environment.words(
    "LIANXIN_ALLOWED_HOSTS", default=("127.0.0.1", "localhost", "[::1]")
)
HTTPS = environment.flag("LIANXIN_HTTPS")
"""TLS ends at a proxy in front, which sets X-Forwarded-Proto and strips it from visitors."""
SITE_URL = environment.site("LIANXIN_SITE_URL")
"""How our pages are named in e-mails and text messages; empty: by the first allowed host."""
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_NAME = "__Host-s"
    CSRF_COOKIE_NAME = "__Host-c"
    CSRF_TRUSTED_ORIGINS = [f"https://{h.lstrip('.')}" for h in ALLOWED_HOSTS if h != "*"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 43_200
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# "no-referrer" would make browsers send "Origin: null" with forms, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # data: for the small drawings inside the design system's style sheet; blob: for the
        # preview of a photo before it is sent.
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
    }
}

# A resident may take a picture, speak, or show the place; staff may use a passkey.
ASKED_FOR = (
    "camera", "geolocation", "microphone",
    "publickey-credentials-create", "publickey-credentials-get",
)  # fmt: skip
NEVER = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "encrypted-media",
    "fullscreen", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "midi",
    "payment", "screen-wake-lock", "serial", "storage-access", "usb", "window-management",
    "xr-spatial-tracking",
)  # fmt: skip
PAGE_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [f"{feature}=(self)" for feature in ASKED_FOR] + [f"{feature}=()" for feature in NEVER]
    ),
}

# --- how much one request may bring --------------------------------------------------------------
MAX_BODY = 60_000_000
"""Bytes of one request, files included; more is answered with 413."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = ["lianxin.ui.uploads.LimitedUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
MEDIA_ROOT = DATA / "files"
CLAMD = environment.scanner()
"""Address of the virus scanner; empty: there is none."""
KEYS = environment.keys_directory(DATA)
BACKUP_RECIPIENTS = environment.words("LIANXIN_BACKUP_RECIPIENT")
"""The offline keys that may open a backup, `age1…` each (see `lianxin backup key`)."""
BACKED_UP = ("files", "journal.checkpoints")
"""What of the data folder goes into a backup beside the database; never a key, never a page."""

# --- the vault of names and numbers --------------------------------------------------------------
VAULT_SOCKET = environment.text("LIANXIN_VAULT_SOCKET", most=100)
"""Where the vault process listens; empty: the vault is in every process (embedded mode)."""
VAULT_KEYS = environment.folder("LIANXIN_VAULT_KEYS", default=KEYS)
"""The private keys; with a vault process a folder that only its user can read."""
VAULT_CLIENTS = environment.words("LIANXIN_VAULT_CLIENTS")
"""Users, by name or number, whose processes may ask the vault process; by default its own."""
CONTACT_MONTHS = environment.number("LIANXIN_CONTACT_MONTHS", default=36, least=1, most=360)
"""After how many months a name or number goes at the latest, and its key with it."""
MAIL_ADDRESS = environment.mail_address("LIANXIN_MAIL_ADDRESS")
"""Where people write to us by e-mail; answers come to the same with a plus. Empty: no such door."""
IMAP_URL = environment.mailbox("LIANXIN_IMAP_URL")
"""The mailbox of that address, when the worker shall fetch from it."""
WECHAT_APP_ID = environment.text("LIANXIN_WECHAT_APP_ID", most=64)
"""The official account 微信公众号 to which people write; empty: no such door."""
WECHAT_SECRET = environment.text("LIANXIN_WECHAT_SECRET", most=128)
"""For what we ask of WeChat ourselves: worker and vault need it, web processes do not."""
WECHAT_TOKEN = environment.wechat_token("LIANXIN_WECHAT_TOKEN")
WECHAT_AES_KEY = environment.wechat_key("LIANXIN_WECHAT_AES_KEY")
"""What WeChat signs and encrypts with; without the second messages come in the clear over TLS."""
WECHAT_TEMPLATE = environment.wechat_template("LIANXIN_WECHAT_TEMPLATE")
"""The template for who has not written for two days, and what stands in which of its fields."""
WECHAT_API = environment.bridge("LIANXIN_WECHAT_API") or "https://api.weixin.qq.com"
RELAY_URL = environment.bridge("LIANXIN_RELAY_URL")
RELAY_SECRET = environment.text("LIANXIN_RELAY_SECRET", most=200)
RELAY_REPORT_SECRET = environment.text("LIANXIN_RELAY_REPORT_SECRET", most=200)
HOTLINE_SECRET = environment.text("LIANXIN_HOTLINE_SECRET", most=200)
"""What the telephone system of the hotline signs with; empty: there is none."""
"""The bridge that connects calls and text messages without showing numbers, and its signature."""

HOOK_NETWORKS = environment.networks("LIANXIN_HOOK_NETWORKS")
"""Networks of our own in which programs may be told that something moved; empty: none, and only
by https."""

# --- where checkpoints of the journal are kept (docs/journal.md) ---------------------------------
ANCHOR_FILE = environment.anchor_file(DATA)
ANCHOR_URL = environment.address("LIANXIN_ANCHOR_URL")
TSA_URL = environment.address("LIANXIN_TSA_URL")
TSA_ROOTS = environment.certificates("LIANXIN_TSA_ROOTS", needed_for="LIANXIN_TSA_URL")
# --- when far more arrives than people write ------------------------------------------------------
FLOOD_ALL = environment.number("LIANXIN_FLOOD_ALL", default=240, least=0, most=1_000_000)
"""Concerns a minute and web process above which a filing is asked for a little work; 0: never."""
FLOOD_NETWORK = environment.number("LIANXIN_FLOOD_NETWORK", default=30, least=1, most=1_000_000)
"""The same for one network (/24 or /48)."""
SHARED_EXITS = environment.networks("LIANXIN_SHARED_EXITS")
"""Networks behind which very many people sit: 20 times as much is normal there."""

# --- what is installed ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "lianxin.journal",
    "lianxin.access",
    "lianxin.ui",
    "lianxin.vault",
    "lianxin.deadlines",
    "lianxin.people",
    "lianxin.seals",
    "lianxin.notices",
    "lianxin.promises",
    "lianxin.intake",
    "lianxin.sorting",
    "lianxin.cases",
    "lianxin.replies",
    "lianxin.appraisal",
    "lianxin.rights",
    "lianxin.pages",
    "lianxin.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "lianxin.config.middleware.BodyLimit",
    "django.middleware.security.SecurityMiddleware",
    "lianxin.config.middleware.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lianxin.people.middleware.SittingMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lianxin.journal.middleware.ActMiddleware",
    "lianxin.people.middleware.ViewerMiddleware",
    "lianxin.seals.middleware.UnlockedMiddleware",
    "lianxin.access.middleware.AccessMiddleware",
    "lianxin.pages.middleware.ReadOnlyMiddleware",
]
ROOT_URLCONF = "lianxin.config.urls"
WSGI_APPLICATION = "lianxin.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- stores --------------------------------------------------------------------------------------
DATABASES = {"default": environment.database(DATA)}
CACHES = {
    # Counts of failed sign-ins must be shared by all processes, or the limit grows with them.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "lianxin_cache",
        # The default of 300 would let whoever tries many names push the counts out again.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # For what may differ between processes for a moment.
    "local": {"BACKEND": "lianxin.config.kept.Kept"},
}
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
globals().update(environment.email(DATA))

# --- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "lianxin.people.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "lianxin.people.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = False  # the person is told as of everything else, see notices
ACCOUNT_RATE_LIMITS = {
    # Counted by name and browser (see people.tries), never by address: behind a proxy or in one
    # office everybody has the same, and one stranger could keep all of them out.
    "login": None,
    "login_failed": "5/5m/key",
}
LIANXIN_SECOND_FACTOR = environment.second_factor()
"""Whether staff need a second step to sign in: an app's code, a passkey or a recovery code."""
LIANXIN_IDLE_MINUTES = environment.number("LIANXIN_IDLE_MINUTES", default=30, least=5, most=720)
"""Minutes without a click after which somebody signed in has to sign in again."""
SECOND_FACTOR_URL = "mfa_index"
STEP_UP_URL = "account_reauthenticate"
MFA_ADAPTER = "lianxin.people.second_factor.StaffFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up by e-mail here
MFA_TOTP_TOLERANCE = 1  # phones' clocks go wrong, and people type slowly
MFA_FORMS = {
    "authenticate": "lianxin.people.forms_sign_in.CodeForm",
    "authenticate_webauthn": "lianxin.people.forms_sign_in.PasskeyForm",
    "reauthenticate": "lianxin.people.forms_sign_in.CodeAgainForm",
    "reauthenticate_webauthn": "lianxin.people.forms_sign_in.PasskeyAgainForm",
    "activate_totp": "lianxin.people.forms_sign_in.FirstCodeForm",
    "add_webauthn": "lianxin.people.forms_sign_in.NewPasskeyForm",
}

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files of the pages --------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "lianxin.config.static.HashedFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MANIFEST_STRICT = False

# --- the log: no addresses of visitors, no form contents -----------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # a 404 is the visitor's news, not ours
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # robots, many a day
        "lianxin": {"level": "INFO"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
