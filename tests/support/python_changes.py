"""Every single change of the listed kinds to the bodies of a module's functions, as changes to its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from types import CodeType
from typing import Any, Final, NamedTuple, TypeAlias

_SWAPPED: Final[dict[type[ast.AST], type[ast.AST]]] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And},
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd},
}
_OTHER_CALL: Final = {"any": "all", "all": "any", "min": "max", "max": "min", "sorted": "list"}
Codes: TypeAlias = dict[tuple[str, int], CodeType]
"""Code by what tells a function apart within its file: its qualified name and its first line."""


class Change(NamedTuple):
    """A node of a syntax tree and what stands in its place; ``None`` is nothing. ``after`` is the whole field it stands in, as it then is."""

    line: int
    parent: ast.AST
    field: str
    after: object
    old: ast.AST
    new: ast.AST | None

    def made_in(self, tree: ast.Module, file: str) -> Codes:
        """Return the code of a tree with this change made in it; the tree is then as it was."""
        before = getattr(self.parent, self.field)
        setattr(self.parent, self.field, self.after)
        made = dict(_codes(compile(ast.fix_missing_locations(tree), file, "exec")))
        setattr(self.parent, self.field, before)
        return made

    def __str__(self) -> str:
        return f"{self.line}: " + "  =>  ".join(ast.unparse(each).strip().split("\n")[0] if each else "nothing" for each in (self.old, self.new))


def _with(node: Any, **fields: object) -> Any:
    made = copy.copy(node)
    vars(made).update(fields)
    return made


def instead(node: ast.AST) -> Iterator[ast.AST | None]:
    """Yield what is tried in place of a node: its operator swapped, a part of a condition dropped, a branch never or always taken, and so on."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                yield _with(node, ops=[*ops[:place], _SWAPPED[type(op)](), *ops[place + 1 :]])
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=_SWAPPED[type(op)]())
            for place in range(len(values)):
                rest = values[:place] + values[place + 1 :]
                yield rest[0] if len(rest) == 1 else _with(node, values=rest)
        case ast.BinOp(op=op) if type(op) in _SWAPPED:
            yield _with(node, op=_SWAPPED[type(op)]())
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.If() | ast.IfExp():
            yield from (_with(node, test=ast.Constant(True)), _with(node, test=ast.Constant(False)))
        case ast.While():
            yield _with(node, test=ast.Constant(False))
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[])
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield _with(node, value=ast.Constant(None))
        case ast.Continue() | ast.Break():
            yield from (ast.Pass(), ast.Break() if isinstance(node, ast.Continue) else ast.Continue())
        case ast.Call(func=ast.Name(id=name)) if name in _OTHER_CALL:
            yield _with(node, func=ast.Name(_OTHER_CALL[name], ast.Load()))
        case ast.AugAssign() | ast.Raise() | ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()
        case ast.match_case():
            yield None


def changes(tree: ast.AST, line: int = 0) -> Iterator[Change]:
    """Yield every change to the bodies of the functions in a tree, in order; ``line`` is that of the function's part looked at, 0 outside of any."""
    for field, found in ast.iter_fields(tree):
        for place, node in enumerate(found) if isinstance(found, list) else ((None, found),):
            if isinstance(node, ast.arguments) or field in ("annotation", "returns", "decorator_list") or not isinstance(node, ast.AST):
                continue
            inside = bool(line) or isinstance(tree, ast.FunctionDef | ast.Lambda)
            here = getattr(node, "lineno", line) if inside else 0
            for new in instead(node) if inside else ():
                if place is None or new or len(found) > 1:
                    after = new if place is None else [*found[:place], *([new] if new else []), *found[place + 1 :]]
                    yield Change(here, tree, field, after, node, new)
            yield from changes(node, here)


def _codes(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield (each.co_qualname, each.co_firstlineno), each
            yield from _codes(each)
