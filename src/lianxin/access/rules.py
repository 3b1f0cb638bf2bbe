"""The rule every URL declares: who may ask for it at all.

``public`` and ``resident`` pages need no account; a resident page checks a query code itself.
``staff`` pages need somebody signed in, by every step asked for here, who holds one of the named
roles (or any role); a ``fresh`` one also needs the last step to be recent. ``person`` pages are
about the sign-in itself: whoever has typed their password may open them.
The rule is a mark on the view; :mod:`lianxin.access.middleware` enforces it in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_args

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver

Kind = Literal["public", "resident", "person", "staff"]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may reach a view."""

    kind: Kind
    roles: tuple[str, ...] = ()
    fresh: bool = False


_declared: dict[str, Rule] = {}


def _mark(view: View, rule: Rule) -> View:
    cast(Any, view).access_rule = rule
    return view


def public(view: View) -> View:
    """Anybody may open this page."""
    return _mark(view, Rule("public"))


def resident(view: View) -> View:
    """An open page for somebody who holds a query code; the view checks the code."""
    return _mark(view, Rule("resident"))


def person(view: View) -> View:
    """A page about one's own sign-in: for anybody who typed their password, whatever they hold."""
    return _mark(view, Rule("person"))


def staff(*roles: str, fresh: bool = False) -> Callable[[View], View]:
    """A page for signed-in staff who hold one of the roles (no roles: any role at all).

    ``fresh``: it opens an identity or takes data out, so a second step long ago is asked for again.
    """
    if any(not isinstance(role, str) for role in roles):
        raise TypeError("write @access.staff() with brackets; its arguments are roles")
    rule = Rule("staff", tuple(str(role) for role in roles), fresh)

    def decorate(view: View) -> View:
        return _mark(view, rule)

    return decorate


def _parse(text: str) -> Rule:
    kind, _, roles = text.partition(":")
    if kind not in get_args(Kind) or (roles and kind != "staff"):
        raise ImproperlyConfigured(f"unknown access rule {text!r}")
    return Rule(
        cast(Kind, kind),
        tuple(role.strip() for role in roles.split(",") if role.strip()),
    )


def declare(rules: Mapping[str, str]) -> None:
    """Give rules to views of other packages, by URL name or by ``module.view``.

    A rule is ``"public"``, ``"resident"``, ``"person"``, ``"staff"`` or
    ``"staff:handler,unit_leader"``.
    """
    for name, text in rules.items():
        rule = _parse(text)
        if _declared.setdefault(name, rule) != rule:
            raise ImproperlyConfigured(f"two different access rules for {name}")


def rule_of(view: Callable[..., Any], name: str) -> Rule | None:
    """The rule of a view under its full URL name (with namespaces), or ``None``."""
    for holder in (view, getattr(view, "view_class", None)):
        found = getattr(holder, "access_rule", None)
        if isinstance(found, Rule):
            return found
    return _declared.get(name) or _declared.get(dotted(view))


def dotted(view: Callable[..., Any]) -> str:
    """``package.module.view`` of a function, a class view or a callable object."""
    target: Any = getattr(view, "view_class", view)
    if not hasattr(target, "__qualname__"):
        target = type(target)
    return f"{target.__module__}.{target.__qualname__}"


def without_rule(
    patterns: Sequence[URLPattern | URLResolver], prefix: str = "", namespaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Every (route, view) under these URL patterns that declares no rule."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from without_rule(pattern.url_patterns, route, inner)
            continue
        name = ":".join((*namespaces, pattern.name or ""))
        if rule_of(pattern.callback, name) is None:
            yield route, dotted(pattern.callback)
