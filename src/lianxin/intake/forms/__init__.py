"""What people type: the three screens, a query code, something more."""

from lianxin.intake.forms.codes import CodeForm, HelperForm
from lianxin.intake.forms.phones import PhoneField
from lianxin.intake.forms.screens import (
    FOR_OTHER,
    KEEP_ORIGINAL,
    KEEP_ORIGINAL_HINT,
    MOST_FILES,
    AddForm,
    ContactForm,
    NoticesForm,
    What,
    Where,
    Who,
    carried,
    concern_from,
    places_to_choose,
)

__all__ = [
    "FOR_OTHER",
    "KEEP_ORIGINAL",
    "KEEP_ORIGINAL_HINT",
    "MOST_FILES",
    "AddForm",
    "CodeForm",
    "ContactForm",
    "HelperForm",
    "NoticesForm",
    "PhoneField",
    "What",
    "Where",
    "Who",
    "carried",
    "concern_from",
    "places_to_choose",
]
