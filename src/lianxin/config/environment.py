"""Typed readers of environment variables that fail loudly and say what to write instead."""

from __future__ import annotations

import os
import re
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from lianxin.config import sqlite

YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def flag(name: str, *, default: bool = False) -> bool:
    """A yes/no variable; anything but 1/0, true/false, yes/no, on/off is an error."""
    text = os.environ.get(name)
    if text is None:
        return default
    if text.strip().lower() in YES:
        return True
    if text.strip().lower() in NO:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}; write 1 or 0.")


def words(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    text = os.environ.get(name)
    if text is None:
        return list(default)
    return [word.strip() for word in text.split(",") if word.strip()]


def text(name: str, *, default: str = "", most: int) -> str:
    """One line of at most `most` characters."""
    found = (os.environ.get(name) or default).strip()
    if len(found) > most or not found.isprintable():
        raise ImproperlyConfigured(f"{name} must be one line of at most {most} characters.")
    return found


def number(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number between two bounds."""
    text = os.environ.get(name)
    if text is None:
        return default
    if not text.strip().isascii() or not text.strip().isdigit():
        raise ImproperlyConfigured(f"{name} is {text!r}; write a whole number.")
    value = int(text)
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name} is {value}; it must lie between {least} and {most}.")
    return value


def second_factor() -> bool:
    """LIANXIN_SECOND_FACTOR: required, unless somebody writes off."""
    found = os.environ.get("LIANXIN_SECOND_FACTOR", "required").strip().lower()
    if found not in ("required", "off"):
        raise ImproperlyConfigured(
            f"LIANXIN_SECOND_FACTOR is {found!r}; write required, or off for a demonstration."
        )
    return found == "required"


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """A comma-separated list of networks such as 203.0.113.0/24."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}: {error}. Write networks like 203.0.113.0/24."
        ) from error


def data_directory() -> Path:
    """Where everything that must be backed up lives: database, files, keys. Made when missing."""
    folder = Path(os.environ.get("LIANXIN_DATA") or "var").expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be made ({error.strerror}). "
            "Set LIANXIN_DATA to a folder you may write to."
        ) from error
    return folder


def keys_directory(data: Path) -> Path:
    """Where the vault's keys live: LIANXIN_KEYS, else `data`/keys. Better not on the same disk."""
    return Path(os.environ.get("LIANXIN_KEYS") or data / "keys").expanduser().absolute()


def folder(name: str, *, default: Path) -> Path:
    """A folder, made by whoever uses it."""
    return Path(os.environ.get(name) or default).expanduser().absolute()


def bridge(name: str) -> str:
    """An https:// address, or http:// on this machine; empty when unset."""
    url = text(name, most=300)
    parts = urlsplit(url)
    inside = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if url and not (parts.hostname and (parts.scheme == "https" or inside)):
        raise ImproperlyConfigured(
            f"{name} must be an https:// address (or http:// on this machine): numbers go there."
        )
    return url


def site(name: str) -> str:
    """The address under which people reach us, without a slash at its end; empty when unset."""
    url = text(name, most=200).rstrip("/")
    parts = urlsplit(url)
    if url and not (parts.scheme in ("http", "https") and parts.hostname and not parts.query):
        raise ImproperlyConfigured(f"{name} is {url!r}; write for example https://lianxin.example.")
    return url


def mail_address(name: str) -> str:
    """An e-mail address without a plus, in small letters; empty when unset."""
    found = text(name, most=100).lower()
    if found and not re.fullmatch(r"[a-z0-9._-]+@[a-z0-9.-]+", found):
        raise ImproperlyConfigured(f"{name} is {found!r}; write for example lianxin@town.example.")
    return found


def mailbox(name: str) -> str:
    """imaps://user:password@host/folder, or imap:// (STARTTLS); empty when unset."""
    url = text(name, most=300)
    parts = urlsplit(url)
    if url and not (parts.scheme in ("imap", "imaps") and parts.hostname and parts.username):
        raise ImproperlyConfigured(f"{name} cannot be read: imaps://user:password@host/INBOX.")
    return url


def wechat_token(name: str) -> str:
    """3 to 32 letters and digits, as WeChat's platform takes them; empty when unset."""
    found = text(name, most=64)
    if found and not re.fullmatch(r"[A-Za-z0-9]{3,32}", found):
        raise ImproperlyConfigured(f"{name} must be 3 to 32 letters and digits.")
    return found


def wechat_key(name: str) -> str:
    """An EncodingAESKey 消息加解密密钥; empty when unset. It is not repeated in the error."""
    found = text(name, most=64)
    if found and not re.fullmatch(r"[A-Za-z0-9]{43}", found):
        raise ImproperlyConfigured(f"{name} must be the 43 letters and digits of EncodingAESKey.")
    return found


WECHAT_FIELDS = ("number", "news", "time", "place")
"""What can stand in the fields of a template message."""


def wechat_template(name: str) -> tuple[str, dict[str, str]]:
    """Like `TEMPLATE_ID character_string1=number thing2=news`; an empty id when unset."""
    template, *pairs = text(name, most=400).split() or [""]
    fields = dict(pair.partition("=")[::2] for pair in pairs)
    if template and (not fields or set(fields.values()) - set(WECHAT_FIELDS)):
        raise ImproperlyConfigured(
            f"{name}: after the id of the template write its fields, each as field=what, with one "
            f"of {', '.join(WECHAT_FIELDS)}: character_string1=number thing2=news."
        )
    return template, fields


def anchor_file(data: Path) -> Path:
    """Where checkpoints of the journal are added: LIANXIN_ANCHOR_FILE, else in `data`."""
    named = os.environ.get("LIANXIN_ANCHOR_FILE")
    path = Path(named or data / "journal.checkpoints").expanduser().absolute()
    if not path.parent.is_dir():
        raise ImproperlyConfigured(f"LIANXIN_ANCHOR_FILE: there is no folder {path.parent}.")
    return path


def address(name: str) -> str:
    """An http or https address; empty when unset."""
    found = text(name, most=500)
    parts = urlsplit(found)
    if found and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
        raise ImproperlyConfigured(
            f"{name} is no address like https://host/path without a user's name in it."
        )
    return found


def certificates(name: str, *, needed_for: str) -> Path | None:
    """A file of PEM certificates; needed when the variable `needed_for` is set."""
    named = os.environ.get(name)
    if not named:
        if os.environ.get(needed_for):
            raise ImproperlyConfigured(
                f"{needed_for} is set: {name} must name the file of the root certificate that is "
                "to be believed."
            )
        return None
    path = Path(named).expanduser().absolute()
    if not path.is_file() or b"BEGIN CERTIFICATE" not in path.read_bytes():
        raise ImproperlyConfigured(f"{name}: {path} is no file of certificates (PEM).")
    return path


def secret_key(data: Path) -> str:
    """From LIANXIN_SECRET_KEY, else the file LIANXIN_SECRET_KEY_FILE, else made once in `data`."""
    if text := os.environ.get("LIANXIN_SECRET_KEY"):
        if len(text) < 32:
            raise ImproperlyConfigured("LIANXIN_SECRET_KEY is shorter than 32 characters.")
        return text
    named = os.environ.get("LIANXIN_SECRET_KEY_FILE")
    path = Path(named) if named else data / "secret.key"
    if not named and not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # the first of several processes starting together wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        text = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"The secret key cannot be read from {path}.") from error
    if len(text) < 32:
        raise ImproperlyConfigured(f"The secret key in {path} is shorter than 32 characters.")
    return text


def database(data: Path) -> dict[str, object]:
    """`DATABASES["default"]` from LIANXIN_DATABASE_URL; embedded SQLite in `data` when unset."""
    url = os.environ.get("LIANXIN_DATABASE_URL") or f"sqlite:///{data / 'lianxin.sqlite3'}"
    try:
        parsed: dict[str, object] = dict(dj_database_url.parse(url))
    except ValueError as error:
        raise ImproperlyConfigured(
            "LIANXIN_DATABASE_URL cannot be read. Write postgresql://user:password@host/name "
            "or sqlite:////absolute/path/file.sqlite3."
        ) from error
    match parsed["ENGINE"]:
        case "django.db.backends.sqlite3":
            # Kept open: opening costs more than a page, and the last one to close folds the log.
            return parsed | {
                "ENGINE": "lianxin.database.sqlite3",
                "OPTIONS": sqlite.options(),
                "CONN_MAX_AGE": None,
            }
        case "django.db.backends.postgresql":
            options = parsed.get("OPTIONS")
            given: dict[str, object] = options if isinstance(options, dict) else {}
            # The engine begins transactions and makes cursors itself: these would say nothing.
            if idle := sorted(given.keys() & {"isolation_level", "server_side_binding"}):
                raise ImproperlyConfigured(
                    f"LIANXIN_DATABASE_URL sets {idle[0]}, which has no effect here. Leave it out."
                )
            return parsed | {
                "ENGINE": "lianxin.database.postgresql",
                "OPTIONS": {**given, "options": POSTGRESQL},
                "CONN_MAX_AGE": None,
                "CONN_HEALTH_CHECKS": True,
            }
        case _:
            raise ImproperlyConfigured(
                "LIANXIN_DATABASE_URL names a database that is not supported: "
                "use PostgreSQL or SQLite."
            )


POSTGRESQL = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "synchronous_commit": "on",  # a receipt is shown only after the commit is on disk
        "statement_timeout": "10s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
    }.items()
)


def scanner() -> str:
    """Address of clamd from LIANXIN_CLAMD: host:port, or the path of its socket; empty: none."""
    found = os.environ.get("LIANXIN_CLAMD", "").strip()
    host, _colon, port = found.rpartition(":")
    if found and not found.startswith("/") and not (host and port.isascii() and port.isdigit()):
        raise ImproperlyConfigured(
            f"LIANXIN_CLAMD is {found!r}; write host:port, or the path of clamd's socket."
        )
    return found


def email(data: Path) -> dict[str, object]:
    """Mail settings from LIANXIN_EMAIL_URL (smtp:// or smtps://); unset: files in `data`/mail."""
    url = os.environ.get("LIANXIN_EMAIL_URL")
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data / "mail"),
        }
    wrong = ImproperlyConfigured(
        "LIANXIN_EMAIL_URL cannot be read. "
        "Write smtp://user:password@host:587/?from=name@example.org or smtps://…:465."
    )
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    try:
        port = parts.port or (465 if parts.scheme == "smtps" else 587)
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise wrong
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and query.get("tls", ["1"])[0] != "0",
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": query.get("from", ["lianxin@localhost"])[0],
    }
