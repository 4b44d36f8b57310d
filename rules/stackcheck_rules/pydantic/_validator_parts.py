"""What the parts of a `@validator`'s fix hand to each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import libcst as cst

from stackcheck import Context, Kind
from stackcheck_rules.analyses._blocks import Block
from stackcheck_rules.analyses.validators import Member
from stackcheck_rules.pydantic._validator_block import Edit, Parsed, parsed_block

FIELD_VALIDATOR, VALIDATION_INFO = "pydantic.field_validator", "pydantic.ValidationInfo"
CLASS_METHODS = {"builtins.classmethod", "builtins.staticmethod"}
HOMES = {"typing", "typing_extensions", "builtins", "collections", "collections.abc"}
Texts = Mapping[tuple[str, Block], str]


class Rewritten(NamedTuple):
    """What becomes of some blocks of some files, further edits, the names that the new code uses."""

    texts: Texts
    edits: tuple[tuple[str, Edit], ...] = ()
    used: frozenset[str] = frozenset()
    sure: bool = True


class Place(NamedTuple):
    """A class in whose scope code is read."""

    file: str
    scope: str
    ctx: Context

    def kind(self, node: cst.CSTNode) -> Kind:
        return self.ctx.kind(self.ctx.expr(node), self.scope, self.file)

    def symbol(self, node: cst.CSTNode) -> str:
        return self.ctx.symbol(self.ctx.expr(node), self.scope, self.file)

    def generic(self, node: cst.CSTNode) -> str:
        """`List` for Python's own generic of that name, however it is imported."""
        home, _, name = self.symbol(node).rpartition(".")
        return name if home in HOMES else ""


def decorator_symbols(member: Member, ctx: Context) -> list[str]:
    """What the decorators of a method are; a star import is not taken to bring another `classmethod`."""
    found = []
    for expr in member.validator.decorators:
        called = expr[1] if expr[0] == "call" else expr
        symbol = ctx.symbol(called, member.validator.scope, member.file)
        if not symbol and called[0] == "name" and f"builtins.{called[1]}" in CLASS_METHODS:
            known = ctx.bindings(Kind("module", "", member.file), called[1])
            symbol = "" if known else f"builtins.{called[1]}"
        found.append(symbol)
    return found


class Declaration(NamedTuple):
    """The annotated assignment of a field, in the line that it stands in."""

    line: Parsed
    statement: cst.AnnAssign

    def code(self, new: cst.AnnAssign) -> str | None:
        changed = self.line.statement.deep_replace(self.statement, new)
        assert isinstance(changed, cst.CSTNode)
        return self.line.code(changed)


def declaration_of(block: Block, name: str, file: str, texts: Texts) -> Declaration | None:
    line = parsed_block(texts.get((file, block), block.source))
    if line is not None and isinstance(line.statement, cst.SimpleStatementLine):
        for statement in line.statement.body:
            match statement:
                case cst.AnnAssign(target=cst.Name(value=found)) if found == name:
                    return Declaration(line, statement)
    return None


def code_of(symbol: str, member: Member) -> str | None:
    known = dict(member.written.names).get(symbol)
    return known[0] if known else None


def decorator_name(member: Member, ctx: Context) -> str | None:
    """How to write the new decorator: through the module where the old one is."""
    match member.validator.called:
        case ("attr", ("name", str(module)), _):
            if ctx.kind(("name", module), member.validator.scope, member.file).symbol == "pydantic":
                return f"{module}.field_validator"
    return code_of(FIELD_VALIDATOR, member)
