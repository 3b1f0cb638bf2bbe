"""The rules that hold the house up and that no linter knows."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField
from django.urls import get_resolver

from lianxin.access.rules import without_rule

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "lianxin"
STAGES = ("intake", "sorting", "cases", "replies", "appraisal")
FRONT_DOORS = ("queries", "actions", "states", "events", "policy", "choices", "kinds", "wording")
"""The last three are vocabulary, as `states` and `events` are."""
WRITES = {
    "abulk_create",
    "bulk_create",
    "bulk_update",
    "delete",
    "get_or_create",
    "save",
    "select_for_update",
    "update_or_create",
}


def layers() -> list[set[str]]:
    """From the highest to the lowest, as import-linter reads them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    lines = next(c["layers"] for c in contracts if c["id"] == "layers")
    return [{name.strip(" ()") for name in line.split("|")} for line in lines]


def depth(module: str) -> int:
    """0 for the highest layer."""
    return next(number for number, names in enumerate(layers()) if module in names)


def sources() -> list[Path]:
    """Every file of ours that a person wrote."""
    return [p for p in sorted(SOURCE.rglob("*.py")) if "migrations" not in p.parts]


def module_of(path: Path) -> str:
    """The folder of `src/lianxin` a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports at run time."""
    tree = ast.parse(path.read_text())
    unreal = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in unreal:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_foreign_keys_point_down() -> None:
    upward = []
    for model in apps.get_models():
        if not model.__module__.startswith("lianxin."):
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                continue
            target = field.related_model
            assert not isinstance(target, str)
            own, other = model._meta.app_label, target._meta.app_label
            if not target.__module__.startswith("lianxin.") or own == other:
                continue
            if depth(other) <= depth(own):
                upward.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert not upward


def test_nobody_imports_the_models_of_another_module() -> None:
    wrong = []
    for path in sources():
        own = module_of(path)
        for line, name in imports(path):
            parts = name.split(".")
            if parts[0] != "lianxin" or len(parts) < 3 or parts[1] == own:
                continue
            if parts[2] == "models":
                wrong.append(f"{path.relative_to(ROOT)}:{line} {name}")
    assert not wrong


def test_stages_meet_at_their_front_doors() -> None:
    wrong = []
    for path in sources():
        own = module_of(path)
        if own not in STAGES:
            continue
        for line, name in imports(path):
            parts = name.split(".")
            if (
                parts[0] == "lianxin"
                and len(parts) > 2
                and parts[1] in STAGES
                and parts[1] != own
                and parts[2] not in FRONT_DOORS
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{line} {name}")
    assert not wrong


def test_every_address_says_who_may_ask_for_it() -> None:
    assert list(without_rule(get_resolver().url_patterns)) == []


def test_views_fetch_by_queries_and_write_by_actions() -> None:
    wrong = []
    for path in sources():
        if "views" not in (path.stem, path.parent.name):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and (
                node.attr in WRITES or node.attr in ("objects", "_default_manager")
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} .{node.attr}")
    assert not wrong


@pytest.mark.parametrize("folder", ["src", "tests", "tools"])
def test_no_file_outgrows_one_sitting(folder: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_no_save_overrides_and_no_signals() -> None:
    wrong = []
    for path in sources():
        for line, name in imports(path):
            if name.startswith(("django.db.models.signals", "django.dispatch")):
                wrong.append(f"{path.relative_to(ROOT)}:{line} {name}")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name == "save":
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} def save")
    assert not wrong
