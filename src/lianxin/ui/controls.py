"""How a form field is drawn: its control, its attributes, what describes it."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, widgets
from django.utils.safestring import SafeString

DATE_FORMATS = {"date": "%Y-%m-%d", "datetime-local": "%Y-%m-%dT%H:%M", "time": "%H:%M"}


def kind_of(field: BoundField) -> str:
    """hidden, radios, checkboxes, checkbox, select, textarea, file, date, datetime, time, text."""
    widget = field.field.widget
    table: tuple[tuple[type[widgets.Widget], str], ...] = (
        (widgets.RadioSelect, "radios"),
        (widgets.CheckboxSelectMultiple, "checkboxes"),
        (widgets.CheckboxInput, "checkbox"),
        (widgets.Select, "select"),
        (widgets.Textarea, "textarea"),
        (widgets.FileInput, "file"),
        (widgets.DateTimeInput, "datetime"),
        (widgets.DateInput, "date"),
        (widgets.TimeInput, "time"),
    )
    if widget.is_hidden:
        return "hidden"
    return next((name for cls, name in table if isinstance(widget, cls)), "text")


def described_by(field: BoundField) -> str:
    """Ids of the hint and the errors under this field."""
    names = []
    if field.help_text:
        names.append(f"{field.auto_id}_helptext")
    if field.errors:
        names.append(f"{field.auto_id}_error")
    return " ".join(names)


def control(field: BoundField) -> SafeString:
    """The control of one field, in the clothes of its kind."""
    kind = kind_of(field)
    widget = field.field.widget
    native = {"date": "date", "datetime": "datetime-local", "time": "time"}.get(kind)
    if native and isinstance(widget, widgets.DateTimeBaseInput):
        # The browser's own date picker speaks only this format, whatever the language.
        widget.input_type = native
        widget.format = DATE_FORMATS[native]
    own = str(widget.attrs.get("class", ""))
    dress = {"select": "form-select", "checkbox": ""}.get(kind, "form-control")
    attributes: dict[str, Any] = {"class": f"{dress} {own}".strip()}
    if field.errors:
        attributes["class"] = f"{attributes['class']} is-invalid".strip()
        attributes["aria-invalid"] = "true"
    if kind == "textarea":
        attributes["rows"] = widget.attrs.get("rows", 4)
        limit = getattr(field.field, "max_length", None)
        if limit:
            attributes["data-max"] = limit
            # The browser would cut what is pasted without a word; the counter warns instead.
            attributes["maxlength"] = False
    described = described_by(field)
    if described:
        attributes["aria-describedby"] = described
    return field.as_widget(attrs=attributes)
