"""Function whose arguments are validated by `@validate_arguments`

## Why is this bad?

Pydantic 2 keeps `@validate_arguments` as a shim that warns and will go with v3. It builds a model
for each function and validates through that; `@validate_call` does it in one step.

`@validate_call` has no `.validate`, `.model` and `.vd` on the function. Where code reads them, call
the function, or make a `TypeAdapter` of it.

## Example

```python
from pydantic import validate_arguments


@validate_arguments
def repeat(text: str, times: int) -> str:
    return text * times
```

Use instead:

```python
from pydantic import validate_call


@validate_call
def repeat(text: str, times: int) -> str:
    return text * times
```

## Fix safety

Unsafe: the function gets and returns the same, but what is wrong is told in other words. The place
of an error is `(0,)` where it was `("text",)` for an argument given by position, a missing argument
is a `missing_argument`, and one given twice is a `ValidationError` where it was a `TypeError`.

No fix is offered where the attributes of the function are read, where `@classmethod` or
`@staticmethod` stands below the decorator, and for a class.

## References

- [Pydantic: `@validate_arguments` was renamed](https://docs.pydantic.dev/latest/migration/#validate_arguments-has-been-renamed-to-validate_call)
- [Validation decorator](https://docs.pydantic.dev/latest/concepts/validation_decorator/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.validated_functions import GONE, validated_functions
from stackcheck_rules.analyses.version_branches import version_branches

rule = Rule(
    "STK113",
    gate="validate_arguments",
    requires=(KINDS, validated_functions),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)
MESSAGE = "`@validate_arguments` is deprecated; use `@validate_call`"
BELOW = {"builtins.classmethod", "builtins.staticmethod"}


@rule.on(cst.FunctionDef)
def check(function: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
    for at, decorator in enumerate(function.decorators):
        if is_old(decorator.decorator, ctx):
            read = ctx.fact(validated_functions, (ctx.file, ctx.qualname(function))) or ()
            message = MESSAGE + "".join(f", which has no `.{name}`" for name in read[:1])
            stays = read or {ctx.symbol(other.decorator) for other in function.decorators[at + 1 :]} & BELOW
            yield Finding(decorator.decorator, message, None if stays else fix_of(decorator.decorator, ctx))


@rule.on(cst.ClassDef)
def check_class(node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    for decorator in node.decorators:
        if is_old(decorator.decorator, ctx):
            message = "`@validate_arguments` is deprecated; make the class a Pydantic dataclass"
            yield Finding(decorator.decorator, message)


@rule.on(cst.SimpleStatementLine)
def check_call(line: cst.SimpleStatementLine, ctx: Context) -> Iterator[Finding]:
    """`checked = validate_arguments(function)`."""
    for call in ctx.below(line, cst.Call):
        if is_old(call, ctx):
            match line.body[0]:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                    read = re.search(rf"\b{name}\.({'|'.join(GONE)})\b", ctx.text)
                    yield Finding(call, MESSAGE, None if read else fix_of(call, ctx))
                case _:
                    yield Finding(call, MESSAGE, fix_of(call, ctx))


def is_old(node: cst.BaseExpression, ctx: Context) -> bool:
    return ctx.symbol(node.func if isinstance(node, cst.Call) else node) == "pydantic.validate_arguments"


def fix_of(node: cst.BaseExpression, ctx: Context) -> Fix | None:
    written = ctx.name("pydantic.validate_call")
    function = node.func if isinstance(node, cst.Call) else node
    if written is None:
        return None
    new = cst.parse_expression(written.code, config=ctx.parser_config)
    return Fix({function: new}, "Use `@validate_call`", written.requests, "unsafe")
