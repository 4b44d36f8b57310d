"""What it takes to give every function that uses a global session one of its own: edits of several files.

All functions of the server that use the session change together: routes and dependencies get a parameter that
FastAPI fills, the functions that they call one that they pass on. Where one of them cannot change, none does.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, ImportRequest
from stackcheck_rules.analyses._injection_edits import Edit, closing, passed_on, without, without_import
from stackcheck_rules.analyses._references import Code, Files, Reference, code_of, read_files, references
from stackcheck_rules.analyses._session_takers import RefusedError, agreed, header, spread, taker, with_session
from stackcheck_rules.analyses.entries import is_entry
from stackcheck_rules.analyses.global_sessions import global_sessions
from stackcheck_rules.analyses.served import is_served
from stackcheck_rules.analyses.session_providers import Home, Provider, session_providers


class FileChange(NamedTuple):
    file: str
    edits: tuple[Edit, ...]
    imports: tuple[ImportRequest, ...]


class Injection(NamedTuple):
    """`provider` is the name of the dependency."""

    provider: str
    files: tuple[FileChange, ...]


class Imported(NamedTuple):
    """`local` is the name under which a scope of a file imports the session."""

    file: str
    scope: str
    local: str


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[Home, Injection]:
    """By (file, name) of a global session, where all that uses it can change."""
    providers = evaluator.merged(session_providers.name)
    shared = {home: one for home, one in evaluator.merged(global_sessions.name).items() if home != ("", "")}
    wanted = {home: providers[one.word] for home, one in shared.items() if one.word in providers}
    files = read_files(evaluator, facts if wanted else ())
    found = {}
    for home, provider in wanted.items():
        try:
            found[home] = injection(home, provider, files)
        except RefusedError:
            continue
    return found


def injection(home: Home, provider: Provider, files: Files) -> Injection:
    uses = agreed(references(home, files))
    served_uses = [use for use in uses if is_served(use.code.ctx)]
    readers: dict[Home, list[Reference]] = defaultdict(list)
    for use in served_uses:
        readers[taker(use)].append(use)
    if provider.home in readers or not all(name for _, name in readers):
        raise RefusedError
    closers = {key for key, found in readers.items() if all(map(closing, found)) and not is_entry_of(key, files)}
    calls = spread(sorted(readers.keys() - closers), provider, files)
    edits: dict[str, list[Edit]] = defaultdict(list)
    imports: dict[str, dict[ImportRequest, None]] = defaultdict(dict)
    names = {}
    for key in calls:
        names[key], changes, requests = with_session(key, readers.get(key, ()), provider, files)
        edits[key[0]] += [*changes, *((use.span, names[key]) for use in readers.get(key, ()))]
        imports[key[0]] |= dict.fromkeys(requests)
    for call in (call for found in calls.values() for call in found):
        assert isinstance(call.parent, ast.Call)
        edits[call.code.ctx.file].append(agreed(passed_on(call.parent, names[taker(call)], call.code)))
    importing = sorted(importing_of(home, files))
    if len(served_uses) == len(uses) and all(is_served(code_of(one.file, files).ctx) for one in importing):
        for file, edit in taken_away(home, [use for key in closers for use in readers[key]], importing, uses, files):
            edits[file].append(edit)
    homes = {one[1]: one[0] for one in (provider.home, provider.alias) if one}
    new = [(file, homes[one.name]) for file, wanted in imports.items() for one in wanted if one.name in homes]
    if not calls or any(is_cycle(file, target, files) for file, target in new):
        raise RefusedError
    changed = [FileChange(file, tuple(sorted(set(edits[file]))), tuple(imports[file])) for file in sorted(edits)]
    return Injection(provider.home[1], tuple(changed))


def is_entry_of(key: Home, files: Files) -> bool:
    return is_entry(header(key, files), code_of(key[0], files).ctx)


def importing_of(home: Home, files: Files) -> Iterator[Imported]:
    """Where other files import the session by its name."""
    for file in files.texts.keys() - {home[0]}:
        for scope in files.evaluator.project.outline(file).scopes.values():
            for local, bindings in scope.bindings.items():
                imported = any(one.expr[0] == "from" for one in bindings)
                if imported and files.evaluator.definition(file, scope.qualname, ("name", local)) == home:
                    yield Imported(file, scope.qualname, local)


def taken_away(
    home: Home, closed: Sequence[Reference], importing: Sequence[Imported], uses: Sequence[Reference], files: Files
) -> Iterator[tuple[str, Edit]]:
    """The edits after which the session is made and imported nowhere; imports no longer read go by themselves."""
    project = files.evaluator.project
    code = code_of(home[0], files)
    if home[1] in (project.exports(home[0]) or ()):
        raise RefusedError
    yield home[0], without(agreed(maker_of(home, code)), code)
    for use in closed:
        yield use.code.ctx.file, without(agreed(closing(use)), use.code)
    for file, scope, local in importing:
        there = code_of(file, files)
        if scope or local in (project.exports(file) or ()) or len(there.ctx.outline.module.bindings[local]) != 1:
            raise RefusedError
        read = any(use.code is there and use.node.id == local for use in uses if isinstance(use.node, ast.Name))
        if not read or project.is_imported_from(file, local):
            yield from ((file, edit) for edit in agreed(without_import(local, there)))


def maker_of(home: Home, code: Code) -> ast.stmt | None:
    """The statement of the module that makes the session and nothing else."""
    if len(code.ctx.outline.module.bindings[home[1]]) != 1:
        return None
    for statement in code.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if name == home[1]:
                return statement
    return None


def is_cycle(file: str, target: str, files: Files) -> bool:
    """Whether a file that another one is to import imports that one, by way of others perhaps."""
    project, own = files.evaluator.project, packages_of(file)
    bound = [binding.expr for found in project.outline(file).module.bindings.values() for binding in found]
    names = [".".join(expr[1:end]) for expr in bound if expr[0] in {"from", "module"} for end in (2, len(expr))]
    if target in {project.module(name, file) for name in names}:
        return False  # nothing new
    waiting, seen = [target, *packages_of(target) - own], set[str]()
    while waiting:
        one = waiting.pop()
        if one == file:
            return True
        if one not in seen:
            seen.add(one)
            found = {project.module(name, one) for name in project.outline(one).imports}
            found |= {package for name in found if name for package in packages_of(name)}
            waiting += [name for name in found - own if name is not None and name in files.texts]
    return False


def packages_of(file: str) -> set[str]:
    """The `__init__.py` that run before a file does."""
    folders = file.split("/")[:-1]
    return {"/".join([*folders[:end], "__init__.py"]) for end in range(1, len(folders) + 1)}


session_injections = Analysis("session-injections", merge=merge)
