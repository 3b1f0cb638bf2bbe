"""The last screen of the report form, for somebody who writes for another person."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.intake.actions import store_authority
from lianxin.intake.channels.proxy.models import Relation
from lianxin.intake.channels.proxy.queries import waiting_sheet
from lianxin.intake.choices import Identity, ReplyMode
from lianxin.intake.forms.phones import PhoneField
from lianxin.intake.forms.screens import Who, explained, notices_to_choose
from lianxin.ui.forms import FilesField, WordsField
from lianxin.ui.uploads import Arrived


class SheetField(FilesField):
    """One photo or document: what has to be written and signed."""

    KINDS = ("photo", "document")

    def widget_attrs(self, _widget: forms.Widget) -> dict[str, Any]:
        return {"accept": "image/*,application/pdf", "multiple": False}

    def clean(self, value: Any) -> list[Arrived]:
        sent = super().clean(value)
        if any(one.copy.format.kind not in self.KINDS for one in sent):
            raise ValidationError(
                gettext("It has to be written and signed: a photo or a PDF, please.")
            )
        return sent


class ForThem(Who):
    """Whose matter it is, who writes for them, and what allows it (Civil Code art. 165).

    Never anonymous: nobody signs without a name. ``kept``: the signed word that came with an
    earlier post of this form.
    """

    SAYS: ClassVar = {
        "name": _("Please write their name, as they have signed."),
        "address": _("Please write where the letter shall go."),
        "phone": _("Please leave a number of their own. If they have none, choose a letter."),
    }
    FACTS = ("relation", "proxy_name", "proxy_phone")

    relation = forms.ChoiceField(
        label=_("What are you to them?"),
        choices=Relation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you are to them.")},
    )
    proxy_name = WordsField(
        label=_("Your own name"), max_length=40, lines=False,
        help_text=_("As it stands on the sheet they have signed. It is sealed like theirs."),
        error_messages={"required": _("Please write your own name here.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    proxy_phone = PhoneField(label=_("Your own telephone number"), required=False)
    authority = SheetField(
        label=_("Their signed word"), most=1, required=False,
        help_text=_("A photo of the whole sheet, or a PDF. It is sealed at once; the desk opens it "
                    "only with a reason that stands on the record."),
    )  # fmt: skip
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput)
    identity = forms.ChoiceField(
        label=_("How shall they be known?"),
        widget=forms.RadioSelect,
        choices=[
            (Identity.NAMED, explained(
                pgettext_lazy("identity", "By name"),
                _("The office that deals with it sees their name and number and can reach them."),
            )),
            (Identity.CONFIDENTIAL, explained(
                pgettext_lazy("identity", "In confidence"),
                _("Only the intake desk sees who they are. The office that deals with it does "
                  "not."),
            )),
        ],
        error_messages={"required": _("Please choose one of the two.")},
    )  # fmt: skip
    name = WordsField(
        label=_("Their name"), max_length=40, lines=False, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    phone = PhoneField(
        label=_("Their own telephone number"), required=False,
        help_text=_("Not yours: the office calls them. It is stored sealed."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Their own e-mail address"), required=False, max_length=120,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reply_mode = forms.ChoiceField(
        label=_("How would they like to hear back?"),
        widget=forms.RadioSelect,
        required=False,
        initial=ReplyMode.PHONE,
        choices=[
            (ReplyMode.PHONE, pgettext_lazy("reply to them", "Call them")),
            (ReplyMode.ONLINE, pgettext_lazy("reply to them", "They look it up with their code")),
            (ReplyMode.IN_PERSON, pgettext_lazy("reply to them", "Tell them in person")),
            (ReplyMode.LETTER, pgettext_lazy("reply to them", "Write them a letter")),
        ],
    )
    address = WordsField(
        label=_("Where shall the letter go?"), max_length=200, lines=False, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    notify = forms.ChoiceField(
        label=_("Shall we tell them when there is news?"),
        help_text=_("It goes to their own number or address, and says nothing of the matter."),
        widget=forms.RadioSelect,
        required=False,
        choices=notices_to_choose,
    )

    def clean(self) -> dict[str, Any]:
        """Their name and their signed word, however they wish to be known."""
        data = super().clean()
        if self.errors.pop("kept", None):
            data["kept"] = None
        if not data.get("name", "-") and not self.has_error("name"):
            self.add_error("name", self.SAYS["name"])
        mine, theirs = data.get("proxy_phone"), data.get("phone")
        if mine and mine == theirs:
            self.add_error("phone", self.SAYS["phone"])
        # Sent once more because the answer was lost, its sheet waits no more.
        key = str(self.data.get("key", ""))
        if not data.get("authority", True) and waiting_sheet(data.get("kept"), key=key) is None:
            self.add_error("authority", _("Please add a photo of the sheet they have signed."))
        return data

    def with_sheet_kept(self) -> ForThem:
        """The same with a sheet that came now sealed and kept: no later mistake costs it."""
        self.full_clean()
        sent = self.cleaned_data.get("authority")
        if not sent:
            return self
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data["kept"] = str(store_authority(sent[0].copy).uuid)
        return type(self)(data)
