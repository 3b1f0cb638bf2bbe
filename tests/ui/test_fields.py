"""Fields bear what people type and answer kindly, at the field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import override

from lianxin.kernel.problems import Problem
from lianxin.ui.forms import DigitsField, WordsField, apply_problem


class Report(forms.Form):
    words = WordsField(label="发生了什么", max_length=10, help_text="像平时说话那样")
    phone = DigitsField(label="手机号", least=11, most=11)
    solved = forms.ChoiceField(
        label="解决了吗", choices=[("y", "解决了"), ("n", "没有")], widget=forms.RadioSelect
    )
    day = forms.DateField(label="哪一天", required=False)


def report(**data: str) -> Report:
    return Report({"words": "路灯不亮", "phone": "13812345678", "solved": "y", **data})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("  路灯\r\n不亮 ", "路灯\n不亮"),
        ("\ud83d", "\ufffd"),
        ("<b>x</b>", "<b>x</b>"),
    ],
)
def test_words_are_cleaned_and_otherwise_untouched(typed: str, kept: str) -> None:
    form = report(words=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["words"] == kept


@pytest.mark.parametrize("typed", ["", " \n ", "\x00\x00", "\u200b\u200d"])
def test_what_shows_nothing_is_empty(typed: str) -> None:
    with override("zh-hans"):
        assert report(words=typed).errors["words"] == ["请在这里写几个字。"]


def test_too_many_words_are_counted() -> None:
    with override("zh-hans"):
        assert report(words="字" * 13).errors["words"] == ["多了 3 个字，这里最多 10 个字。"]


@pytest.mark.parametrize(
    "typed",
    ["１３８ 1234-5678", "138\u20111234\u20115678", "\u200b١٣٨١٢٣٤٥٦٧٨", "138 1234 5678\x00"],
)
def test_digits_in_any_dress_become_plain(typed: str) -> None:
    form = report(phone=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["phone"] == "13812345678"


def test_a_missing_digit_is_said_to_be_missing() -> None:
    with override("zh-hans"):
        assert report(phone="1381234567").errors["phone"] == ["少了 1 位数字。"]
        assert report(phone="138x").errors["phone"] == ["这里只填数字就可以。"]


def test_a_problem_lands_at_its_field_or_on_top() -> None:
    form = report()
    apply_problem(form, Problem.several({"words": ["a"], "gone": ["b"], "": ["c"]}))
    assert form.errors == {"words": ["a"], "__all__": ["b", "c"]}


def page(form: forms.Form, **context: Any) -> str:
    return render_to_string("ui/form.html", {"form": form, **context})


def test_a_refused_form_keeps_what_was_typed_and_ties_errors_to_fields() -> None:
    with override("zh-hans"):
        html = page(report(words='<script>"\x00' + "x" * 20, phone="1", solved="?"))
    assert "<script>" not in html
    assert "&lt;script&gt;&quot;" in html
    assert 'href="#id_words"' in html
    assert 'href="#id_solved_field"' in html
    assert 'id="id_solved_field"' in html
    assert 'aria-describedby="id_words_helptext id_words_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.count('aria-describedby="id_phone_error"') == 1
    assert 'value="1"' in html


def test_dates_use_the_form_browsers_understand_in_every_language() -> None:
    form = Report(initial={"day": date(2026, 12, 3)})
    for language in ("zh-hans", "en"):
        with override(language):
            html = page(form)
        assert 'type="date"' in html
        assert 'value="2026-12-03"' in html


def test_the_key_of_one_sending_travels_with_the_form() -> None:
    assert '<input type="hidden" name="key" value="abc">' in page(report(), key="abc")
