"""The name of a module of the project, as the imports of a file would write it."""

from __future__ import annotations

from stackcheck import Context, module_parts


def module_of(file: str, ctx: Context) -> str:
    """The module of a file, as the imports of the file at hand name modules of the project; empty if none does."""
    parts = module_parts(file)
    for bound in ctx.outline.module.bindings.values():
        match bound[0].expr:
            case ("from", str(module), _):
                known = ctx.kind(("module", module)).file
                if known and module.startswith("."):
                    return relative(parts, ctx.file.split("/")[:-1])
                root = module_parts(known)[: -len(module.split("."))] if known else None
                if root is not None and parts[: len(root)] == root:
                    name = ".".join(parts[len(root) :])
                    return name if ctx.kind(("module", name)).file == file else ""
    return ""


def relative(parts: list[str], package: list[str]) -> str:
    """`..models.post` for a module, from a package."""
    shared = 0
    while shared < min(len(parts) - 1, len(package)) and parts[shared] == package[shared]:
        shared += 1
    return "." * (len(package) - shared + 1) + ".".join(parts[shared:])
