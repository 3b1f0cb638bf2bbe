"""A new query code for somebody who has come to the desk because theirs is lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.access import Refused
from lianxin.cases import actions, policy, queries
from lianxin.cases.policy import SEALED_BY
from lianxin.cases.states import DESK
from lianxin.intake import proofs
from lianxin.kernel.problems import Problem
from lianxin.pages.views.desk import frame
from lianxin.pages.wording import SEALED_FIELDS
from lianxin.people.http import StaffRequest
from lianxin.ui.forms import WordsField, apply_problem
from lianxin.vault.doors import Away, NotOpened
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.wording import said


class SaidForm(forms.Form):
    """What the person says about themselves; compared, never shown."""

    use_required_attribute = False

    def __init__(self, fields: list[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in fields:
            self.fields[name] = WordsField(
                label=SEALED_FIELDS.get(name, name), max_length=200, lines=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={"required": _("Please ask the person, and write what they say.")},
            )  # fmt: skip


@access.staff(*DESK, *SEALED_BY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_code(request: StaffRequest, number: str) -> HttpResponse:
    """Compare what the person says with what was sealed, and print the new code once."""
    found = queries.case_of(request.viewer, number)
    answer = policy.may_give_code(request.viewer, found)
    asked = queries.identity_fields(found) if answer else []
    form = SaidForm(asked, request.POST if request.method == "POST" else None)
    context = {"case": found, "concern": found.concern, "here": frame.case_url(found)}
    if not answer:
        return render(request, "pages/desk/code.html", context | {"denied": answer}, status=403)
    if request.method == "POST" and form.is_valid():
        try:
            code = actions.give_code(found, said=form.cleaned_data, by=request.viewer)
        except Problem as problem:
            apply_problem(form, problem)
        except Refused as refused:
            form.add_error(None, refused.reason)
        except (NotOpened, Away, KeysUnusable) as error:
            form.add_error(None, said(error))
        else:
            concern = found.concern
            context |= {
                "code": code,
                "anew": True,
                "proof": str(proofs.proof_for(concern) or ""),
            }
            return render(request, "intake/desk/receipt.html", context)
    return render(request, "pages/desk/code.html", context | {"form": form, "asked": asked})
