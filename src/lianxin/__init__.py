"""Lianxin 连心: what residents say becomes a case, a promise with a date, a result, a judgement."""

from __future__ import annotations

__version__ = "0.1.0"
