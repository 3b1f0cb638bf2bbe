"""What a user can set or run is told in both READMEs, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from lianxin.cli import program

ROOT = Path(__file__).resolve().parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def settings() -> set[str]:
    """Every variable the product's own code reads."""
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    return set(re.findall(r"\bLIANXIN_[A-Z_]+[A-Z]\b", source))


def commands(group: click.Group = program, before: str = "lianxin") -> list[tuple[str, str]]:
    """(words, help) of every command that does something."""
    found = []
    for name, command in group.commands.items():
        words = f"{before} {name}"
        if isinstance(command, click.Group):
            found += commands(command, words)
        else:
            found.append((words, command.help or ""))
    return found


@pytest.mark.parametrize("page", READMES, ids=lambda path: path.name)
def test_every_setting_has_a_row(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not [name for name in sorted(settings()) if f"| `{name}` |" not in text]


@pytest.mark.parametrize("page", READMES, ids=lambda path: path.name)
def test_every_command_is_told(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not [words for words, _help in commands() if f"| `{words}" not in text]


def test_every_command_explains_itself() -> None:
    assert not [words for words, text in commands() if not text.strip()]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    wrong = []
    for target in LINK.findall(text):
        path, _hash, part = target.partition("#")
        if path.startswith("http"):
            continue
        leads_to = (page.parent / path).resolve() if path else page
        if not leads_to.exists() or (part and part not in anchors(leads_to)):
            wrong.append(target)
    assert not wrong


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_tests_and_tools_that_are_named_exist() -> None:
    wrong = [
        f"{page.name}: {name}"
        for page in PAGES
        for name in re.findall(r"`?((?:tests|tools)/[\w/]+\.(?:py|sh))", page.read_text("utf-8"))
        if not (ROOT / name).exists()
    ]
    assert not wrong
