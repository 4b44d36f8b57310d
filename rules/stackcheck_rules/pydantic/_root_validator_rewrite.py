"""Replace nodes below a node; a condition that always holds, or never, goes with what it guards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import libcst as cst

# A node, what a condition always is, or the statements that take the place of one.
Found = cst.CSTNode | bool | tuple[cst.CSTNode, ...]
Edits = dict[cst.CSTNode, Found]


def replaced(node: cst.CSTNode, edits: Mapping[cst.CSTNode, Found]) -> Found | None:
    """A node with its edits made; None where a settled condition stands where it cannot go."""
    if node in edits:
        return edits[node]
    changes: dict[str, Any] = {}
    for name in (field.name for field in fields(node)):
        child = getattr(node, name)
        if isinstance(child, cst.CSTNode):
            new = replaced(child, edits)
            if new is None:
                return None
            if new is not child:
                changes[name] = new
        elif isinstance(child, (list, tuple)):
            items = [replaced(item, edits) for item in child if isinstance(item, cst.CSTNode)]
            if any(item is None or isinstance(item, bool) for item in items):
                return None
            if any(new is not old for new, old in zip(items, child, strict=False)):
                changes[name] = [one for item in items for one in (item if isinstance(item, tuple) else (item,))]
    return settled(node, changes) if changes else node


def settled(node: cst.CSTNode, changes: dict[str, Any]) -> Found | None:
    """A node with changed children."""
    always = {name: value for name, value in changes.items() if isinstance(value, bool)}
    if any(isinstance(value, tuple) for value in changes.values()) or len(always) > 1 + isinstance(
        node, cst.BooleanOperation
    ):
        return None
    if not always:
        return node.with_changes(**changes)
    match node:
        case cst.UnaryOperation(operator=cst.Not()):
            return not always["expression"]
        case cst.BooleanOperation():
            return either_side(node, changes.get("left", node.left), changes.get("right", node.right))
        case cst.IfExp() if "test" in always:
            name = "body" if always["test"] else "orelse"
            return in_parentheses(changes.get(name, getattr(node, name)), node)
        case cst.If() if "test" in always:
            name = "body" if always["test"] else "orelse"
            return statements(changes.get(name, getattr(node, name)), node)
    return None


def either_side(
    node: cst.BooleanOperation, left: cst.BaseExpression | bool, right: cst.BaseExpression | bool
) -> Found | None:
    """`and` or `or` with at least one side that always is true or false."""
    decides = isinstance(node.operator, cst.Or)
    if isinstance(left, bool):
        if left is decides or isinstance(right, bool):
            return left if left is decides else right
        return in_parentheses(right, node)
    # `x and False` still asks for x
    return None if right is decides else in_parentheses(left, node)


def in_parentheses(kept: cst.BaseExpression, node: cst.BaseExpression) -> cst.BaseExpression:
    """What is left of an expression, in the parentheses of the whole."""
    return kept.with_changes(lpar=[*node.lpar, *kept.lpar], rpar=[*kept.rpar, *node.rpar])


def statements(branch: cst.BaseSuite | cst.If | cst.Else | None, node: cst.If) -> tuple[cst.CSTNode, ...]:
    """The statements of a branch, where the whole `if` stood."""
    match branch:
        case cst.If():
            return (below(branch, node),)
        case cst.Else(body=suite) | (cst.BaseSuite() as suite):
            pass
        case _:
            return ()
    if isinstance(suite, cst.SimpleStatementSuite):
        return (cst.SimpleStatementLine(suite.body, node.leading_lines, suite.trailing_whitespace),)
    return in_place(suite, node)


def in_place(suite: cst.BaseSuite, node: cst.If | cst.Try) -> tuple[cst.CSTNode, ...]:
    """The statements of a block, where the statement stood that it belonged to."""
    first, *rest = suite.body
    return (below(first, node), *rest)


def below(statement: cst.CSTNode, node: cst.If | cst.Try) -> cst.CSTNode:
    """A statement with what stands above the one that it replaces."""
    assert isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return statement.with_changes(leading_lines=[*node.leading_lines, *statement.leading_lines])
