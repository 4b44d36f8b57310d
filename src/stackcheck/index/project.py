"""One project, read-only: its files, their outlines, and the few questions one may ask of them.

Every question goes through `ask`, which notes it; each answer is a plain value with a digest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from stackcheck.analysis import Analysis
from stackcheck.files.source import Source, SourceError, read_source
from stackcheck.finding import Span
from stackcheck.index.modules import AMBIGUOUS, Modules, find_module, is_folder, package_parts, read_modules
from stackcheck.index.outline import Binding, Outline, Scope, parse_tree
from stackcheck.index.reader import read_outline
from stackcheck.index.trace import Question, Trace, digest_of
from stackcheck.index.versions import Versions, normalised

EMPTY = Outline({"": Scope("module", "", 0, "", Span(1, 1, 1, 1))})


@dataclass(frozen=True, slots=True)
class Parsed:
    """What is known of one file. `error` says why there is no outline (unreadable, or no Python)."""

    source: Source | None
    outline: Outline
    facts: Mapping[str, tuple[Any, ...]]
    error: Exception | None = None


class Project:
    """A folder of Python files that import each other.

    `files` are posix paths relative to `root`. `texts` replaces what lies on disk for some of
    them. `outside` are top names that are known to be installed packages.
    """

    def __init__(
        self,
        root: Path,
        files: Iterable[str],
        *,
        roots: Sequence[str] = (".", "src"),
        outside: Iterable[str] = (),
        versions: Versions | None = None,
        texts: Mapping[str, Source] | None = None,
        analyses: Sequence[Analysis] = (),
    ) -> None:
        self.root = root
        self.files = tuple(sorted(set(files)))
        self.versions = versions or Versions()
        self.modules: Modules = read_modules(self.files, roots, {*outside, *self.versions.packages})
        self.trace = Trace()
        self._texts = dict(texts or {})
        self._parsed: dict[str, Parsed] = {}
        self._answers: dict[Question, str] = {}
        self.crashes: list[str] = []
        self.analyses = {analysis.name: analysis for analysis in analyses}
        self._roots = tuple(roots)
        self._outside = frozenset(outside)

    def with_texts(self, texts: Mapping[str, str]) -> Project:
        """The same project with other texts for some files; the rest is not read again."""
        changed = {
            file: replace(self.text_of(file), text=text) if file in self.files else Source(self.root / file, text)
            for file, text in texts.items()
        }
        files = {*self.files, *(file for file in texts if file.endswith((".py", ".pyi")))}
        new = Project(
            self.root,
            files,
            roots=self._roots,
            outside=self._outside,
            versions=self.versions,
            texts={**self._texts, **changed},
            analyses=tuple(self.analyses.values()),
        )
        new._parsed = {file: parsed for file, parsed in self._parsed.items() if file not in changed}
        return new

    def aimed_at(self, targets: Mapping[str, str]) -> Project:
        """The same project, checked against some releases of packages."""
        new = Project(
            self.root,
            self.files,
            roots=self._roots,
            outside=self._outside,
            versions=replace(self.versions, targets={**self.versions.targets, **targets}),
            texts=self._texts,
            analyses=tuple(self.analyses.values()),
        )
        new._parsed = self._parsed
        return new

    def text_of(self, file: str) -> Source:
        """The source of any file below the root. SourceError if it cannot be read."""
        parsed = self._parsed.get(file)
        if parsed is not None and parsed.source is not None:
            return parsed.source
        known = self._texts.get(file)
        if known is None:
            known = self._texts[file] = read_source(self.root / file)
        return known

    def text_or_none(self, file: str) -> str | None:
        """The text of any file below the root; None if it cannot be read."""
        try:
            return self.text_of(file).text
        except SourceError:
            return None

    # What lies below is read without being asked for: it belongs to the file itself.

    def parsed(self, file: str) -> Parsed:
        """Source, tree and outline of a file, read once."""
        known = self._parsed.get(file)
        if known is None:
            known = self._parsed[file] = self._parse(file)
        return known

    def outline(self, file: str) -> Outline:
        return self.parsed(file).outline

    def facts(self, analysis: str, file: str) -> tuple[Any, ...]:
        """What an analysis found in one file."""
        return self.parsed(file).facts.get(analysis, ())

    def _parse(self, file: str) -> Parsed:
        try:
            source = self._texts.get(file) or read_source(self.root / file)
        except SourceError as error:
            return Parsed(None, EMPTY, {}, error)
        try:
            tree = parse_tree(source.text)
            outline = read_outline(tree, source.text, package_parts(file))
            asked = (each for each in self.analyses.values() if each.may_find(source.text))
            facts = {each.name: self._collect(each, tree, outline, source) for each in asked}
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Parsed(source, EMPTY, {}, error.with_traceback(None))  # its frames would keep the tree
        return Parsed(source, outline, facts)

    def _collect(self, analysis: Analysis, tree: ast.Module, outline: Outline, source: Source) -> tuple[Any, ...]:
        try:
            return tuple(analysis.collect(tree, outline, source.text))
        except RecursionError:
            return ()  # deeper than anything that a fact could say of it
        except Exception as error:  # an analysis's defect must not cost the findings of every rule
            said = f"{type(error).__name__}: {error}"
            self.crashes.append(f"the analysis {analysis.name} broke down on {source.path}: {said}")
            return ()

    # Questions.

    def module(self, name: str, importer: str) -> str | None:
        """The file that a dotted name means in `importer`; `AMBIGUOUS`, or None if it is not ours."""
        self.trace.ask(("module", name, importer.rpartition("/")[0]))
        return find_module(self.modules, name, importer)

    def is_folder(self, name: str) -> bool:
        """Whether a dotted name is a package of ours or a folder above one."""
        self.trace.ask(("folder", name))
        return is_folder(self.modules, name)

    def bindings(self, file: str, scope: str, name: str) -> Sequence[Binding]:
        """What a name is bound to in a scope of a file; empty if nothing there binds it."""
        self.trace.ask(("name", file, scope, name))
        found = self.outline(file).scopes.get(scope)
        return found.bindings.get(name, ()) if found else ()

    def members(self, file: str, scope: str, name: str) -> Sequence[Binding]:
        """What the methods of a class assign to an attribute of `self`."""
        self.trace.ask(("member", file, scope, name))
        found = self.outline(file).scopes.get(scope)
        return found.members.get(name, ()) if found else ()

    def scope(self, file: str, qualname: str) -> Scope | None:
        """A class or function as its callers know it. Do not read `bindings` or `span` from it."""
        self.trace.ask(("scope", file, qualname))
        return self.outline(file).scopes.get(qualname)

    def stars(self, file: str) -> tuple[tuple[str, bool], ...]:
        """Modules that a file star-imports."""
        self.trace.ask(("stars", file))
        return self.outline(file).stars

    def exports(self, file: str) -> tuple[str, ...] | None:
        """The file's `__all__`, or None."""
        self.trace.ask(("exports", file))
        return self.outline(file).exports

    def span(self, file: str, scope: str, name: str) -> tuple[Any, ...]:
        """Where a name is bound in a scope: the spans of its bindings."""
        self.trace.ask(("span", file, scope, name))
        found = self.outline(file).scopes.get(scope)
        return tuple(binding.span for binding in found.bindings.get(name, ())) if found else ()

    def first_party(self, name: str) -> bool:
        """Whether a module name is one of the project's own."""
        self.trace.ask(("first-party", name))
        return find_module(self.modules, name, "_") not in (None, AMBIGUOUS) or is_folder(self.modules, name)

    def is_imported_from(self, file: str, name: str) -> bool:
        """Whether another file imports a name from a file's module."""
        self.trace.ask(("imported", file, name))
        return (file, name) in self._imported

    @cached_property
    def _imported(self) -> frozenset[tuple[str, str]]:
        """(file, name) of every name that some file imports from another."""
        wanted = {
            (file, binding.expr)
            for file in self.files
            for scope in self.outline(file).scopes.values()
            for bindings in scope.bindings.values()
            for binding in bindings
            if binding.expr[0] == "from"
        }
        found = ((find_module(self.modules, expr[1], file), expr[2]) for file, expr in wanted)
        return frozenset((file, name) for file, name in found if file is not None)

    def text(self, file: str) -> str:
        """The whole text of a file."""
        self.trace.ask(("text", file))
        return self.text_of(file).text

    def whole(self, others: tuple[str, ...]) -> str:
        """The digest of all that a finding about the whole project rests on, with some files that are no code."""
        self.trace.ask(("whole", others))
        return digest_of((self.versions, [(file, self.text_or_none(file)) for file in (*self.files, *others)]))

    def version(self, package: str) -> str | None:
        """The lowest version of a package that the project allows; None if nothing is said."""
        self.trace.ask(("version", package))
        return self.versions.lowest(package)

    def stays_below(self, package: str, limit: str) -> bool:
        """Whether every version that the project allows of a package is lower than a limit."""
        self.trace.ask(("below", package, limit))
        return self.versions.below(package, limit)

    def mentions(self, package: str) -> bool | None:
        """Whether the project's files name a package or an extra; None where they name no package at all."""
        self.trace.ask(("mentions", package))
        return self.versions.mentions(package)

    def is_target(self, package: str) -> bool:
        """Whether the user said which release of a package to check against."""
        self.trace.ask(("target", package))
        return normalised(package) in self.versions.targets

    def migrating(self, package: str) -> bool:
        """Whether the user checks against a newer release than the lowest that the project allows."""
        self.trace.ask(("migrating", package))
        return self.versions.migrating(package)

    def answer(self, question: Question) -> str:
        """The digest of the answer that a question has now."""
        known = self._answers.get(question)
        if known is None:
            value, _ = self.trace.recorded(lambda: self._answer(question))
            known = self._answers[question] = digest_of(value)
        return known

    def _answer(self, question: Question) -> object:
        match question:
            case ("module", name, folder):
                return self.module(name, f"{folder}/_" if folder else "_")
            case ("folder", name):
                return self.is_folder(name)
            case ("name", file, scope, name):
                return [(b.expr, b.scope, b.annotation, b.runtime) for b in self.bindings(file, scope, name)]
            case ("member", file, scope, name):
                return [(b.expr, b.scope, b.annotation) for b in self.members(file, scope, name)]
            case ("scope", file, qualname):
                found = self.scope(file, qualname)
                return found.header() if found else None
            case ("exports" | "mentions" | "migrating" | "stars" | "version" | "whole" as method, about):
                return getattr(self, method)(about)
            case ("span", file, scope, name):
                return self.span(file, scope, name)
            case ("first-party", name):
                return self.first_party(name)
            case ("imported", file, name):
                return self.is_imported_from(file, name)
            case ("text", file):
                return self.text(file) if file in self.files else None
            case ("below", package, limit):
                return self.stays_below(package, limit)
            case ("target", package):
                return self.is_target(package)
        raise ValueError(f"no such question: {question[0]}")
