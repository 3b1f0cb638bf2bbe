"""Tags and filters of every page. ``{% load ui %}``"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, Form, widgets
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from lianxin.journal import alarm
from lianxin.kernel import ids
from lianxin.ui import controls, look, moments
from lianxin.ui.icons import ICONS

register = template.Library()

# Each light has a shape of its own: colour is never the only sign.
MARKS = {"green": "○", "yellow": "◐", "red": "●", "overdue": "▲", "paused": "‖"}


@register.simple_tag(takes_context=True)
def shell(context: Context) -> look.Shell:
    """What the frame of the page needs: ``{% shell as ui %}``."""
    return look.shell_for(context.get("request"))


@register.simple_tag
def journal_alarm() -> bool:
    """Whether staff can only read, because the journal is not as it was written."""
    return alarm.is_on()


@register.simple_tag
def language_code() -> str:
    """The language of the page, also where there is no request."""
    return (get_language() or settings.LANGUAGE_CODE).lower()


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file; never fails, for the page shown when all else has."""
    try:
        return static(path)
    except Exception:
        return f"/static/{path}"


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing beside a word, hidden from screen readers. An unknown name draws nothing."""
    if name not in ICONS:
        return mark_safe("")
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("ui/vendor/icons.svg"),
        name,
    )


@register.filter
def day(value: date | datetime | None) -> str:
    return moments.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    return moments.moment(value)


@register.filter
def ago(value: datetime | None) -> str:
    return moments.ago(value)


@register.filter(name="left")
def left_filter(value: Any, unit: str = "") -> str:
    return moments.left(value, unit)


@register.simple_tag(name="left")
def left_tag(value: Any, unit: str = "") -> str:
    return moments.left(value, unit)


@register.filter
def mark(light: str) -> str:
    """The shape that goes with a clock light."""
    return MARKS.get(light, "")


@register.filter
def light_word(light: str) -> str:
    """The word that goes with a clock light."""
    return {
        "green": pgettext("clock light", "in time"),
        "yellow": pgettext("clock light", "half the time gone"),
        "red": pgettext("clock light", "nearly due"),
        "overdue": pgettext("clock light", "overdue"),
        "paused": pgettext("clock light", "not counting for now"),
    }.get(light, "")


@register.filter
def receipt(number: str | None) -> str:
    """A receipt number in groups: 7K2Q-M4XD-93C."""
    return ids.format_number(number) if number else ""


@register.filter
def code(number: str | None) -> str:
    """A query code in groups of four."""
    return ids.format_code(number) if number else ""


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: Any) -> str:
    """The query string of this page with some values changed; ``None`` or "" removes one."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is None:
        return ""
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    text = query.urlencode()
    return f"?{text}" if text else "?"


@register.filter
def paragraphs(text: str | None) -> SafeString:
    """Somebody's own words, escaped: an empty line parts paragraphs, a line break stays one."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    parts = [part.strip("\n") for part in lines.split("\n\n") if part.strip()]
    return format_html_join(
        "\n",
        '<p class="words">{}</p>',
        ((mark_safe("<br>".join(conditional_escape(x) for x in p.split("\n"))),) for p in parts),
    )


@register.filter
def sentences(text: str | None) -> SafeString:
    """A text of ours, escaped: each line is a paragraph."""
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return format_html_join("\n", "<p>{}</p>", ((line,) for line in lines))


@register.filter
def kind(field: BoundField) -> str:
    """Which control a form field is shown as."""
    return controls.kind_of(field)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A form field's control, dressed and tied to its hint and its errors."""
    return controls.control(field)


@register.filter
def described(field: BoundField) -> str:
    """Ids of what describes this field, for ``aria-describedby``."""
    return controls.described_by(field)


@register.filter
def anchor(field: BoundField) -> str:
    """Where a link in the list of errors leads: the control, or the group of choices."""
    if isinstance(field.field.widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return f"{field.auto_id}_field"
    return field.id_for_label or f"{field.auto_id}_field"


@register.filter
def error_count(form: Form) -> int:
    return sum(len(errors) for errors in form.errors.values())
