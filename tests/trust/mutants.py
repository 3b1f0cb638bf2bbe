"""Known-bad policies, made from the good ones: one change each, put in place of a function.

A tool for mutants (mutmut) writes each one into a file and starts the tests anew for it; here three
hundred posts take up office before the first question. So a function is parsed, changed, compiled
among the names of its own module, and its code is put into the function that everybody holds
already, decorated and imported as it is. A hundred mutants share one town.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.trust.access_town import act_of
from tests.trust.matrix import Asking, Cell, deed_faults, fault, seen, short

Change = Callable[[ast.AST], ast.AST | None]


@dataclass(frozen=True)
class Mutant:
    """One function of a module with one change."""

    function: FunctionType
    what: str
    code: CodeType

    def __str__(self) -> str:
        return f"{self.function.__qualname__}: {self.what}"

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Whoever calls the function gets this one."""
        good = self.function.__code__
        self.function.__code__ = self.code
        try:
            yield
        finally:
            self.function.__code__ = good


def mutants(*modules: ModuleType) -> list[Mutant]:
    """Every mutant of the functions that these modules define."""
    found = []
    for module in modules:
        for function in vars(module).values():
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                found += _of(module, function)
    return found


def _of(module: ModuleType, function: FunctionType) -> list[Mutant]:
    source = textwrap.dedent(inspect.getsource(function))
    tree = ast.parse(source)
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    # What it says of types changes nothing.
    definition.returns, definition.decorator_list = None, []
    found = []
    for number, node in enumerate(ast.walk(tree)):
        for change in CHANGES:
            changed = copy.deepcopy(tree)
            target = next(n for at, n in enumerate(ast.walk(changed)) if at == number)
            instead = change(target)
            if instead is None or instead is target:
                continue
            _Put(target, instead).visit(changed)
            ast.fix_missing_locations(changed)
            what = f"{ast.unparse(node)[:90]} -> {ast.unparse(instead)[:60]}".replace("\n", " ")
            code = _compiled(module, function, changed)
            if code is not None:
                found.append(Mutant(function, what, code))
    return found


class _Put(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def _compiled(module: ModuleType, function: FunctionType, tree: ast.Module) -> CodeType | None:
    """The code of the changed function; None when it cannot take the place of the other."""
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    flags = compile("from __future__ import annotations", "", "exec").co_flags
    names: dict[str, Any] = {}
    code = compile(tree, module.__file__ or "", "exec", flags=flags, dont_inherit=True)
    exec(code, vars(module) | {}, names)
    found: CodeType = names[definition.name].__code__
    return found if found.co_freevars == function.__code__.co_freevars else None


def _drop_step(node: ast.AST) -> ast.AST | None:
    """Leave out `x |= y`, `x &= y` and an early answer under a condition."""
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.If) and not node.orelse):
        return ast.Pass()
    return None


def _one_side(node: ast.AST) -> ast.AST | None:
    """Of two conditions only the first."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        return node.left
    return node.values[0] if isinstance(node, ast.BoolOp) else None


def _other_side(node: ast.AST) -> ast.AST | None:
    """Of two conditions only the last."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        return node.right
    return node.values[-1] if isinstance(node, ast.BoolOp) else None


def _negate(node: ast.AST) -> ast.AST | None:
    """Turn a condition round: `not`, `~`, a comparison, what an `if` asks."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        return node.operand
    if isinstance(node, ast.If | ast.IfExp):
        turned = copy.copy(node)
        turned.test = ast.UnaryOp(ast.Not(), node.test)
        return turned
    return None


def _no_filter(node: ast.AST) -> ast.AST | None:
    """Leave out `.filter(...)` and `.exclude(...)`."""
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute) and called.attr in ("filter", "exclude"):
        return called.value
    return None


def _allow(node: ast.AST) -> ast.AST | None:
    """Say yes where it said no."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Denied":
        return ast.Call(ast.Name("Allowed", ast.Load()), [], [])
    return None


def _covered(node: ast.AST) -> ast.AST | None:
    """Whoever looks covers it, whatever they hold."""
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute) and called.attr == "covers":
        return ast.Constant(True)
    return None


CHANGES: tuple[Change, ...] = (
    _drop_step, _one_side, _other_side, _negate, _no_filter, _allow, _covered,
)  # fmt: skip


SIGHT = ("case", "file", "identity_request")
ACTS = ("case_act",)
TOLD_BY: dict[str, tuple[str, ...]] = {
    "may_move": ACTS, "_inside": ACTS, "may_write": ACTS, "office_of": ACTS,
    "may_see_contact": ("case_contact", "case_original"), "may_give_code": ("case_code",),
    "visible_cases": SIGHT, "_holding": SIGHT, "keeps_away": SIGHT, "visible_concerns": SIGHT,
    "scope": SIGHT, "get_or_404": SIGHT,
}  # fmt: skip
"""The addresses at which a function has the last word."""


def telling(mutant: Mutant, cells: Iterable[Cell]) -> list[Cell]:
    """The cells that can show a change of this function: a look is enough."""
    function = mutant.function.__name__
    names = TOLD_BY.get(function, ())
    about = [cell for cell in cells if cell.method == "GET" and cell.name in names]
    if names == SIGHT:
        return [cell for cell in about if short(cell)]
    if names != ACTS:
        return [cell for cell in about if seen(cell)]
    thread = function in ("may_write", "office_of")
    return [
        cell for cell in about
        if seen(cell) and (not thread or act_of(cell.situation) in ("write", "noted"))
    ]  # fmt: skip


def shown_by(mutant: Mutant, asking: Asking, cells: Iterable[Cell]) -> str:
    """The first cell that is not as it should be with this mutant; empty: there is none."""
    with mutant.in_place():
        try:
            for cell in telling(mutant, cells):
                if told := fault(asking, cell):
                    return told
            if mutant.function.__name__ in ("may_write", "may_move"):
                return next(deed_faults(asking), "")
        except Exception as error:  # what falls over opens nothing, and is noticed
            return f"{type(error).__name__}: {error}"[:200]
    return ""
