"""The cache of one process: what is got is what was set.

Django's pickles on each side, so that nobody changes what others get: for the choices of a form
that is a tenth of filing a concern. What is kept here nobody changes.
"""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class Kept(LocMemCache):
    """Django's, without pickling; `incr` and `add` are not needed and not there."""

    # Django's own, which its stubs do not tell of.
    _cache: Any
    _delete: Any
    _has_expired: Any
    _lock: Any
    _set: Any

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The very object, or the default."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            self._cache.move_to_end(key, last=False)
            return self._cache[key]

    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Keep an object for so many seconds."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            self._set(key, value, timeout)

    def add(self, *_words: Any, **_names: Any) -> bool:
        """Not there."""
        raise NotImplementedError

    def incr(self, *_words: Any, **_names: Any) -> int:
        """Not there."""
        raise NotImplementedError
