"""Words are found wherever they stand, keep their translations, and compile to the same bytes."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tools import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
A = _("Plain")
B = ngettext("%(n)d case", "%(n)d cases", 2)
C = pgettext("verb", "Open")
"""
TEMPLATE = """{% load i18n %}
  <p title="{% translate "It's open" %}">
      {% blocktranslate trimmed count n=rows|length %}
        One row of {{ total }}
      {% plural %}
        {{ n }} rows of {{ total }}
      {% endblocktranslate %}
    {% translate "Open" context "adjective" %}
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    for name, content in (
        ("one/__init__.py", ""),
        ("one/forms.py", PYTHON),
        ("one/templates/one/page.html", TEMPLATE),
        ("empty/__init__.py", ""),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return tmp_path


def po(source: Path, language: str = "zh_Hans") -> Path:
    return source / "one/locale" / language / "LC_MESSAGES/django.po"


def translate_all(source: Path) -> None:
    text = po(source).read_text("utf-8")
    for english, chinese in (
        ('msgid "Plain"\nmsgstr ""', 'msgid "Plain"\nmsgstr "网络"'),
        (
            'msgid_plural "%(n)d cases"\nmsgstr[0] ""',
            'msgid_plural "%(n)d cases"\nmsgstr[0] "%(n)d 件"',
        ),
        (
            'msgid_plural "%(n)s rows of %(total)s"\nmsgstr[0] ""',
            'msgid_plural "%(n)s rows of %(total)s"\nmsgstr[0] "%(total)s 行里的 %(n)s 行"',
        ),
        ('msgctxt "verb"\nmsgid "Open"\nmsgstr ""', 'msgctxt "verb"\nmsgid "Open"\nmsgstr "打开"'),
        (
            'msgctxt "adjective"\nmsgid "Open"\nmsgstr ""',
            'msgctxt "adjective"\nmsgid "Open"\nmsgstr "公开"',
        ),
        ('msgid "It\'s open"\nmsgstr ""', 'msgid "It\'s open"\nmsgstr "开着"'),
    ):
        assert english in text
        text = text.replace(english, chinese)
    po(source).write_text(text, "utf-8")


def test_words_go_from_the_sources_to_both_scripts(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert messages.main([]) == 0
    assert messages.main(["--check"]) == 1
    assert "not translated: 'Plain'" in capsys.readouterr().out
    assert not (source / "empty/locale").exists()

    translate_all(source)
    assert messages.main(["--check"]) == 1, "compiled catalogues are stale"
    assert messages.main([]) == 0
    assert messages.main(["--check"]) == 0

    with po(source, "zh_Hant").with_suffix(".mo").open("rb") as handle:
        hant = gettext.GNUTranslations(handle)
    assert hant.gettext("Plain") == "網絡"
    assert hant.ngettext("%(n)d case", "%(n)d cases", 5) == "%(n)d 件"
    assert hant.pgettext("verb", "Open") == "打開"
    assert hant.pgettext("adjective", "Open") == "公開"

    before = {p: p.read_bytes() for p in source.rglob("django.*")}
    assert messages.main([]) == 0
    assert before == {p: p.read_bytes() for p in source.rglob("django.*")}


def test_a_translation_outlives_the_line_it_was_for(source: Path) -> None:
    messages.main([])
    translate_all(source)
    messages.main([])
    (source / "one/forms.py").write_text("", "utf-8")
    messages.main([])
    with po(source).open("rb") as handle:
        assert "Plain" in read_po(handle).obsolete
    (source / "one/forms.py").write_text(PYTHON, "utf-8")
    messages.main([])
    assert messages.main(["--check"]) == 0
    (source / "one/forms.py").write_text("", "utf-8")
    messages.main(["--prune"])
    assert b"Plain" not in po(source).read_bytes()


def test_a_lost_placeholder_is_a_fault(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.main([])
    translate_all(source)
    path = po(source)
    path.write_text(path.read_text("utf-8").replace('"%(n)d 件"', '"几件"'), "utf-8")
    assert messages.main([]) == 0
    assert messages.main(["--check"]) == 1
    assert "placeholders differ" in capsys.readouterr().out


def test_two_modules_may_not_say_the_same_words_differently(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    messages.main([])
    translate_all(source)
    (source / "two").mkdir()
    (source / "two/__init__.py").write_text('from x import _\nX = _("Plain")\n', "utf-8")
    messages.main([])
    two = source / "two/locale/zh_Hans/LC_MESSAGES/django.po"
    text = two.read_text("utf-8")
    two.write_text(text.replace('"Plain"\nmsgstr ""', '"Plain"\nmsgstr "普通"'), "utf-8")
    messages.main([])
    assert messages.main(["--check"]) == 1
    assert "two and one differ: 'Plain'" in capsys.readouterr().out
