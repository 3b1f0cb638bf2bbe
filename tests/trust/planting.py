"""Fill in every form somebody can reach with hostile strings, through the pages themselves."""

from __future__ import annotations

import html.parser
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.test import Client
from django.urls import Resolver404, resolve

from tests.trust import hostile

LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
NEVER = ("/static/", "/account/logout/", "/language/", "/file/", "/switch")
MOST_PAGES = 160
SHORT = 40
"""Letters of what is tried where more is refused."""


@dataclass
class Field:
    """One control of a form, as a browser knows it."""

    name: str
    kind: str
    value: str = ""
    room: int = 5_000
    required: bool = False
    checked: bool = False
    options: list[tuple[str, bool]] = field(default_factory=list)
    invalid: bool = False


@dataclass
class Form:
    """One form that changes something."""

    action: str
    fields: list[Field] = field(default_factory=list)

    @property
    def typed(self) -> list[Field]:
        """Where somebody writes freely."""
        return [f for f in self.fields if f.kind in ("text", "search", "textarea")]


class _Reader(html.parser.HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self.form: Form | None = None
        self.area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            posts = has.get("method", "").lower() == "post"
            self.form = Form(has.get("action") or self.page) if posts else None
            self.forms += [self.form] if self.form else []
        elif self.form is None:
            return
        elif tag in ("input", "textarea", "select") and "disabled" not in has:
            kind = has.get("type", "text").lower() if tag == "input" else tag
            control = Field(
                has.get("name", ""),
                kind,
                has.get("value", "on" if kind in ("checkbox", "radio") else ""),
                int(has.get("maxlength") or 5_000),
                "required" in has or has.get("aria-required") == "true",
                "checked" in has,
                invalid=has.get("aria-invalid") == "true",
            )
            self.area = control if tag == "textarea" else None
            if control.name and kind not in ("submit", "button", "file"):
                self.form.fields.append(control)
        elif tag == "option" and self.form.fields:
            self.form.fields[-1].options.append((has.get("value", ""), "selected" in has))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


def forms(page: str, text: str) -> list[Form]:
    """Every form of a page that posts."""
    reader = _Reader(page)
    reader.feed(text)
    return reader.forms


def shape(path: str) -> str:
    """What kind of page an address is: the same for every case, unit or person."""
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return path
    return "/".join(filter(None, (found.view_name, str(found.kwargs.get("act", "")))))


def pages(client: Client, *starts: str, each: int = 1) -> Iterator[tuple[str, str]]:
    """Address and text of everything that can be reached by links, so many of each shape."""
    waiting, seen = list(starts), set(starts)
    shapes: dict[str, int] = {}
    for path in waiting:
        if shapes.get(shape(path), 0) >= each or len(shapes) >= MOST_PAGES:
            continue
        answer = client.get(path, follow=True)
        text = answer.content.decode(errors="replace") if not answer.streaming else ""
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        shapes[shape(path)] = shapes.get(shape(path), 0) + 1
        yield path, text
        for link in LINK.findall(text):
            link = html.unescape(link)
            if link not in seen and not link.startswith(NEVER):
                seen.add(link)
                waiting.append(link)


@dataclass
class Planter:
    """Fills forms; remembers which strings went into which field of which kind of form."""

    at: int = 0
    planted: dict[str, set[int]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """Kinds of forms that took nothing, with the answer and the fields that were wrong last."""

    def fill(self, client: Client, form: Form, page: str) -> bool:
        """Post one form; true when it was taken. A field that refuses gets less, then no harm."""
        refused: Counter[str] = Counter()
        current = form
        for attempt in range(9):
            values, numbers = self._values(current, refused, every=attempt > 0)
            answer = client.post(form.action, values)
            text = answer.content.decode(errors="replace")
            again = [f for f in forms(page, text) if f.action == form.action]
            if answer.status_code in (301, 302, 303) or (answer.status_code == 200 and not again):
                for name, which in numbers.items():
                    self.planted.setdefault(f"{shape(page)}: {name}", set()).update(which)
                self.refused.pop(shape(page), None)
                return True
            if answer.status_code >= 500:
                raise AssertionError(f"{form.action} answered {answer.status_code} to {values}")
            if not again:
                break
            current = again[0]
            refused.update({f.name for f in current.fields if f.invalid})
        wrong = [f.name for f in current.fields if f.invalid]
        self.refused[shape(page)] = f"{answer.status_code} {wrong}"
        return False

    def _values(
        self, form: Form, refused: Mapping[str, int], *, every: bool
    ) -> tuple[dict[str, list[str]], dict[str, list[int]]]:
        values: dict[str, list[str]] = {}
        numbers: dict[str, list[int]] = {}
        for control in form.fields:
            tries = refused.get(control.name, 0)
            if control in form.typed and tries == 2:
                values[control.name] = [hostile.TINY]
                numbers[control.name] = [hostile.CORPUS.index(hostile.TINY)]
            elif control in form.typed and tries == 4:
                values[control.name] = [""]
            elif control in form.typed and tries < 2:
                room = min(control.room, (1_800, SHORT)[tries])
                text, which = hostile.take(self.at, room, lines=control.kind == "textarea")
                self.at += max(1, len(which))
                values[control.name] = [text]
                numbers[control.name] = which
            elif (value := _ordinary(control, values, tries, every=every)) is not None:
                values.setdefault(control.name, []).append(value)
        return values, numbers


def _ordinary(
    control: Field, values: dict[str, list[str]], tries: int, *, every: bool
) -> str | None:
    """What somebody without bad intentions would put there."""
    match control.kind:
        case "hidden":
            return control.value
        case "radio":
            return None if control.name in values else control.value
        case "checkbox":
            return control.value if control.required or control.checked or every else None
        case "select":
            chosen = [value for value, selected in control.options if selected and value]
            offered = [value for value, _selected in control.options if value]
            wanted = chosen if chosen and not tries else offered or [""]
            return wanted[-tries % len(wanted)]
        case "date":
            return control.value or "2027-03-01"
        case "datetime-local":
            return control.value
        case "number":
            return control.value or "3"
        case "tel":
            return "13812345678"
        case "email":
            return "wang@example.org"
        case "password":
            return "chang-qing-liu-shui-9"
        case _ if "phone" in control.name:
            return "0300-5551234"
        case _ if "mail" in control.name:
            return "wang@example.org"
        case _:
            return control.value or f"plain-{len(values)}"
