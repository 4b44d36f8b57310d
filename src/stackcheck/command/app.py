"""The commands and their options, as ruff names them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer
from typer.core import TyperGroup

from stackcheck.settings.error import SettingsError


class DefaultGroup(TyperGroup):
    """`stackcheck src/` is `stackcheck check src/`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in {"--help", "-h", "--version", "-V"}):
            args = ["check", *args]
        elif args[0] in self.commands and Path(args[0]).exists():
            print(f"warning: `{args[0]}` is a command here; to check the path of that name write `./{args[0]}`",
                  file=sys.stderr)  # fmt: skip
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=DefaultGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Find where a FastAPI project leaves its stack: Pydantic v2, SQLAlchemy 2.0 async, uv and ruff.",
)


def run(args: Sequence[str]) -> int:
    """Run a command line and return its exit code; what is wrong goes to stderr in one line."""
    from stackcheck.registry import RuleError

    try:
        code = app(list(args), standalone_mode=False, prog_name="stackcheck")
    except (SettingsError, RuleError) as error:
        return complain(str(error))
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:  # usage errors of typer, whose classes have another home in each of its versions
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        return complain(f"{' '.join(message().split())}; `stackcheck check --help` lists the options")
    return code if isinstance(code, int) else 0


def complain(text: str) -> int:
    print(f"error: {text}", file=sys.stderr)
    return 2


def show_version(wanted: bool) -> None:
    if wanted:
        from stackcheck import __version__

        print(f"stackcheck {__version__}")
        raise typer.Exit


@app.callback()
def group(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Show the version.", callback=show_version, is_eager=True)
    ] = False,
) -> None:
    """What every command shares."""


@app.command(help="Check files and folders, and fix what can be fixed.")
def check(
    paths: Annotated[list[str] | None, typer.Argument(help="Files or folders; `-` reads stdin.")] = None,
    fix: Annotated[bool | None, typer.Option("--fix/--no-fix", help="Apply safe fixes.")] = None,
    unsafe_fixes: Annotated[
        bool | None, typer.Option("--unsafe-fixes/--no-unsafe-fixes", help="Apply, or show, unsafe fixes too.")
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Write no file; print what `--fix` would change.")] = False,
    show_fixes: Annotated[
        bool | None, typer.Option("--show-fixes/--no-show-fixes", help="List the applied fixes.")
    ] = None,
    fix_only: Annotated[bool, typer.Option("--fix-only", help="Fix, and do not report what is left.")] = False,
    select: Annotated[list[str] | None, typer.Option(metavar="RULES", help="Rules to check.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULES", help="Rules not to check.")] = None,
    extend_select: Annotated[list[str] | None, typer.Option(metavar="RULES", help="Further rules.")] = None,
    per_file_ignores: Annotated[
        list[str] | None, typer.Option(metavar="GLOB:RULES", help="Rules not to check in some files.")
    ] = None,
    fixable: Annotated[list[str] | None, typer.Option(metavar="RULES", help="Rules whose fixes apply.")] = None,
    unfixable: Annotated[list[str] | None, typer.Option(metavar="RULES", help="Rules never fixed.")] = None,
    preview: Annotated[bool | None, typer.Option("--preview/--no-preview", help="Preview rules too.")] = None,
    target_version: Annotated[str | None, typer.Option(metavar="PYTHON", help="As `py311`.")] = None,
    target: Annotated[
        list[str] | None, typer.Option(metavar="PACKAGE=VERSION", help="Check as if this version were used.")
    ] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="GLOBS", help="Replaces the excludes.")] = None,
    extend_exclude: Annotated[list[str] | None, typer.Option(metavar="GLOBS", help="Adds to them.")] = None,
    force_exclude: Annotated[
        bool | None, typer.Option("--force-exclude/--no-force-exclude", help="Exclude named files too.")
    ] = None,
    respect_gitignore: Annotated[
        bool | None, typer.Option("--respect-gitignore/--no-respect-gitignore", help="Pass over ignored files.")
    ] = None,
    output_format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="full, concise, json, json-lines.")
    ] = None,
    output_file: Annotated[Path | None, typer.Option("--output-file", "-o", help="Write the report here.")] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count findings by rule.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", "-e", help="Exit with 0 on findings.")] = False,
    exit_non_zero_on_fix: Annotated[
        bool, typer.Option("--exit-non-zero-on-fix", help="Exit with 1 if something was fixed.")
    ] = False,
    stdin_filename: Annotated[str | None, typer.Option(metavar="FILE", help="The name of stdin.")] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="One configuration for all.")] = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Read no configuration.")] = False,
    ignore_noqa: Annotated[bool, typer.Option("--ignore-noqa", help="Report suppressed findings too.")] = False,
    rules: Annotated[list[Path] | None, typer.Option(metavar="PATH", help="Further rules to load.")] = None,
    color: Annotated[str, typer.Option(metavar="WHEN", help="auto, always or never.")] = "auto",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Findings only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say what is read.")] = False,
) -> int:
    from stackcheck.command.run import Request, run_check

    given = {
        "fix": fix, "unsafe-fixes": unsafe_fixes, "show-fixes": show_fixes, "preview": preview,
        "force-exclude": force_exclude, "respect-gitignore": respect_gitignore,
        "target-version": target_version, "output-format": output_format, "select": split(select),
        "ignore": split(ignore), "extend-select": split(extend_select), "fixable": split(fixable),
        "unfixable": split(unfixable), "exclude": split(exclude), "extend-exclude": split(extend_exclude),
        "per-file-ignores": pairs(per_file_ignores, ":", "--per-file-ignores"),
        "target": targets(target),
    }  # fmt: skip
    if color not in {"auto", "always", "never"}:
        raise SettingsError(f"--color: `{color}` is none of `auto`, `always`, `never`")
    if exit_zero and exit_non_zero_on_fix:
        raise SettingsError("--exit-zero and --exit-non-zero-on-fix contradict each other; give one of them")
    overrides = {name: value for name, value in given.items() if value is not None}
    if fix_only or diff:
        overrides["fix"] = True
    return run_check(
        Request(tuple(paths or (["-"] if stdin_filename else ["."])), overrides, diff=diff, fix_only=fix_only,
                output_file=output_file, statistics=statistics, exit_zero=exit_zero,
                exit_non_zero_on_fix=exit_non_zero_on_fix, stdin_filename=stdin_filename, config=config,
                isolated=isolated, noqa=not ignore_noqa, rules=tuple(rules or ()), quiet=quiet, verbose=verbose,
                color=cast(Literal["auto", "always", "never"], color))
    )  # fmt: skip


def split(words: list[str] | None) -> list[str] | None:
    """`--select A,B --select C` as one list."""
    return None if words is None else [part.strip() for word in words for part in word.split(",")]


def pairs(words: list[str] | None, between: str, option: str) -> dict[str, list[str]] | None:
    """`--per-file-ignores "tests/*:STK1"` as a table."""
    if words is None:
        return None
    found: dict[str, list[str]] = {}
    for pair in (part for word in words for part in word.split(",")):
        left, mark, right = pair.rpartition(between)
        if not mark or not left or not right:
            raise SettingsError(f"{option}: `{pair}` is not of the form GLOB{between}RULE")
        found.setdefault(left.strip(), []).append(right.strip())
    return found


def targets(words: list[str] | None) -> dict[str, str] | None:
    """`--target pydantic=2` as a table."""
    if words is None:
        return None
    found = {}
    for word in words:
        package, mark, version = word.partition("=")
        if not mark or not package.strip() or not version.strip()[:1].isdigit():
            raise SettingsError(f"--target: `{word}` is not of the form PACKAGE=VERSION, as `pydantic=2`")
        found[package.strip()] = version.strip()
    return found


@app.command(help="Show the page of a rule.")
def rule(
    code: Annotated[str | None, typer.Argument(metavar="CODE|NAME", help="As STK101 or class-config.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All pages.")] = False,
    output_format: Annotated[str, typer.Option(metavar="FORMAT", help="text or json.")] = "text",
) -> int:
    from stackcheck.command.pages import show_rule

    return show_rule(code, every, output_format)


@app.command(help="List the rules.")
def rules(
    output_format: Annotated[str, typer.Option(metavar="FORMAT", help="text or json.")] = "text",
) -> int:
    from stackcheck.command.pages import list_rules

    return list_rules(output_format)


@app.command(help="Show the keys of the configuration, or one of them.")
def config(key: Annotated[str | None, typer.Argument(help="As per-file-ignores.")] = None) -> int:
    from stackcheck.command.pages import show_config

    return show_config(key)


@app.command(help="Remove the caches at and below the current folder.")
def clean() -> int:
    from stackcheck.command.pages import clean_caches

    return clean_caches(Path.cwd())
