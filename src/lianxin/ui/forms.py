"""Form fields that bear whatever people type, and say kindly what is missing."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lianxin import files
from lianxin.kernel import words
from lianxin.kernel.problems import Problem
from lianxin.ui.uploads import Arrived, arrived


class WordsField(forms.CharField):
    """Somebody's own words: cleaned of what cannot be stored, otherwise untouched.

    ``max_length`` counts characters; ``lines=False`` gives a one-line control.
    """

    default_error_messages = {
        "required": _("Please write something here."),
        "too_long": ngettext_lazy(
            "This is %(over)d character too long; %(most)d fit.",
            "This is %(over)d characters too long; %(most)d fit.",
            "over",
        ),
    }

    def __init__(self, *, max_length: int = 4000, lines: bool = True, **kwargs: Any) -> None:
        if lines:
            kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**kwargs)
        self.lines = lines
        # Set after, so that Django's own rule and its wording stay out.
        self.max_length = max_length

    def to_python(self, value: Any) -> str:
        """The cleaned words; what shows nothing at all counts as empty."""
        text = words.clean(str(value)) if value not in self.empty_values else ""
        if not self.lines:
            text = " ".join(text.split())
        return text if any(c.isprintable() and not c.isspace() for c in text) else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        over = len(value) - (self.max_length or 0)
        if over > 0:
            raise ValidationError(
                self.error_messages["too_long"],
                code="too_long",
                params={"over": over, "most": self.max_length},
            )


class DigitsField(forms.CharField):
    """Digits in any script or width, with any spaces and dashes; becomes plain 0–9."""

    default_error_messages = {
        "required": _("Please write the digits here."),
        "not_digits": _("Only digits belong here."),
        "too_short": ngettext_lazy(
            "%(missing)d digit is missing.", "%(missing)d digits are missing.", "missing"
        ),
        "too_many": ngettext_lazy(
            "There is %(over)d digit too many.", "There are %(over)d digits too many.", "over"
        ),
    }

    def __init__(self, *, least: int = 1, most: int = 20, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        )
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> str:
        text = words.clean(str(value)) if value not in self.empty_values else ""
        kept = [c for c in text if not (c.isspace() or unicodedata.category(c) in ("Pd", "Cf"))]
        if not all(c.isdecimal() for c in kept):
            raise ValidationError(self.error_messages["not_digits"], code="not_digits")
        return "".join(str(unicodedata.decimal(c)) for c in kept)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and len(value) < self.least:
            raise ValidationError(
                self.error_messages["too_short"],
                code="too_short",
                params={"missing": self.least - len(value)},
            )
        if len(value) > self.most:
            raise ValidationError(
                self.error_messages["too_many"],
                code="too_many",
                params={"over": len(value) - self.most},
            )


class FilesInput(forms.FileInput):
    """One control for several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> list[UploadedFile[bytes]]:
        found = files.getlist(name) if hasattr(files, "getlist") else files.get(name)
        return [f for f in (found if isinstance(found, list) else [found]) if f is not None]

    def value_omitted_from_data(self, _data: Any, files: Any, name: str) -> bool:
        return name not in files


class FilesField(forms.Field):
    """Up to ``most`` files; becomes a list of :class:`~lianxin.ui.uploads.Arrived`.

    What each is, is read from its content; the name and the type it was sent with say nothing.
    """

    widget = FilesInput
    default_error_messages = {
        "required": _("Please choose a file."),
        "too_many": ngettext_lazy(
            "Only %(most)d file can be sent with this.",
            "Only %(most)d files can be sent with this.",
            "most",
        ),
        "too_large": _(
            "File %(which)d is too large; at most %(megabytes)d MB. "
            "Please choose a smaller one, or send your words without it."
        ),
        "too_long": _(
            "File %(which)d is too long: a document may have %(pages)d pages, a recording or film "
            "%(hours)d hours. Please send a part of it."
        ),
        "protected": _(
            "File %(which)d is locked with a password. Please send it without one, or a photo of "
            "it."
        ),
        "damaged": _(
            "File %(which)d cannot be opened; it may be damaged. Please send it again, or a photo "
            "of it."
        ),
        "too_slow": _(
            "File %(which)d took too long to open. Please send it again later, or your words "
            "without it."
        ),
        "not_accepted": _(
            "File %(which)d is of a kind that cannot be taken. Photos (JPG, PNG, WebP, HEIC), PDF, "
            "recordings (MP3, AMR, M4A, AAC, OGG, WAV) and films (MP4, MOV, 3GP, WebM) can; a Word "
            "or Excel file best as a PDF or a photo."
        ),
    }

    def __init__(self, *, most: int = 6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def widget_attrs(self, _widget: forms.Widget) -> dict[str, Any]:
        return {"accept": "image/*,application/pdf,audio/*,video/*,.amr", "multiple": True}

    def clean(self, value: Any) -> list[Arrived]:
        sent: list[UploadedFile[bytes]] = list(value or [])
        self.validate(sent)
        if len(sent) > self.most:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.most}
            )
        taken: list[Arrived] = []
        faults: list[ValidationError] = []
        until = time.monotonic() + files.SECONDS
        for which, file in enumerate(sent, start=1):
            try:
                taken.append(arrived(file, until=until))
            except files.Unfit as unfit:
                faults.append(self._fault(unfit, which))
        if faults:
            raise ValidationError(faults)
        return taken

    def _fault(self, unfit: files.Unfit, which: int) -> ValidationError:
        params = {
            "which": which,
            "megabytes": files.MOST_BYTES // 1_000_000,
            "pages": files.MOST_PAGES,
            "hours": files.LONGEST // 3600,
        }
        message = self.error_messages[unfit.fault]
        return ValidationError(message, code=unfit.fault, params=params)


def apply_problem(form: forms.BaseForm, problem: Problem) -> None:
    """Put what an action found at the fields of a bound form; what fits none goes on top."""
    if not hasattr(form, "cleaned_data"):
        form.full_clean()
    for name, messages in problem.messages.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)
