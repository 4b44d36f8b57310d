"""The one evaluator of expressions: names, parameters, attributes, calls, returns, loops, contexts.

It never guesses: what it cannot follow is `unknown`, and a rule that meets `unknown` is silent.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from typing import Any

from stackcheck.index import annotation, calls, members, parameters
from stackcheck.index.builtin import BUILTIN, part
from stackcheck.index.expr import Expr
from stackcheck.index.hierarchy import Ancestry, ancestry_of, instance_of
from stackcheck.index.kinds import BOTTOM, CONSTANT, UNKNOWN, Kind, KindTable, as_sure_as, join, merge_tables
from stackcheck.index.modules import AMBIGUOUS
from stackcheck.index.outline import Binding
from stackcheck.index.project import Project
from stackcheck.index.trace import Question, digest_of

BUILTINS = frozenset(dir(builtins))


class Evaluator:
    """Kinds of expressions in the files of one project, by one table. Remembers what it found."""

    def __init__(self, project: Project, table: KindTable) -> None:
        self.project = project
        self.table = merge_tables((BUILTIN, table))
        self._merged: dict[str, Mapping[Any, Any]] = {}

    def merged(self, analysis: str) -> Mapping[Any, Any]:
        """What an analysis merged over the project."""
        if analysis not in self._merged:
            merge = self.project.analyses[analysis].merge
            facts = {file: self.project.facts(analysis, file) for file in self.project.files}
            # Merging asks much; the answer that counts is the entry that was asked for.
            self._merged[analysis], _ = self.project.trace.recorded(lambda: merge(self, facts))
        return self._merged[analysis]

    def fact(self, analysis: str, key: Any) -> Any:
        """One entry of what an analysis merged over the project, or None."""
        self.project.trace.ask(("fact", analysis, key))
        return self.merged(analysis).get(key)

    def answer(self, question: Question) -> str:
        """The digest of the answer that a question has now."""
        match question:
            case ("fact", analysis, key):
                return digest_of(self.merged(analysis).get(key))
        return self.project.answer(question)

    def value(self, file: str, scope: str, expr: Expr) -> Kind:
        """The kind of an expression that stands in a scope of a file."""
        if expr[0] == "const":
            return CONSTANT
        if expr[0] == "other":
            return UNKNOWN
        key = ("value", file, scope, expr)
        try:
            return self.project.trace.remember(key, BOTTOM, lambda: self._value(file, scope, expr))
        except RecursionError:
            return UNKNOWN

    def declared(self, file: str, scope: str, expr: Expr) -> Kind:
        """The kind of what an annotation promises."""
        if expr[0] == "other":
            return UNKNOWN
        key = ("declared", file, scope, expr)
        work = lambda: annotation.declared(self, file, scope, expr)  # noqa: E731 # one line beside `value`
        return self.project.trace.remember(key, BOTTOM, work)

    def ancestry(self, kind: Kind) -> Ancestry:
        """The classes above a `class` kind, itself first."""
        key = ("ancestry", kind.file, kind.symbol)
        work = lambda: ancestry_of(kind, self.project, self.table, self.value)  # noqa: E731 # as above
        return self.project.trace.remember(key, Ancestry((), True), work)

    def instance(self, kind: Kind) -> Kind:
        """What calling a `class` kind makes."""
        ancestry = self.ancestry(kind)
        if not ancestry.classes:
            return UNKNOWN
        return instance_of(ancestry, self.table)._replace(args=kind.args)

    def _value(self, file: str, scope: str, expr: Expr) -> Kind:
        match expr:
            case ("name", name):
                return self.name(file, scope, name)
            case ("attr", value, name):
                owner = self.value(file, scope, value)
                return as_sure_as(members.attribute(self, file, owner, name), owner)
            case ("call", function, positional, keywords):
                called = self.value(file, scope, function)
                made = calls.call(self, file, scope, called, positional, dict(keywords))
                return as_sure_as(made, called)
            case ("index", value, index):
                return calls.index(self.value(file, scope, value), index)
            case ("await", value):
                awaited = self.value(file, scope, value)
                return as_sure_as(calls.awaited(self, awaited), awaited)
            case ("list" | "set" | "tuple" as form, items):
                inside = [self.value(file, scope, item) for item in items[:8]]
                if form == "tuple":
                    return Kind("tuple", args=tuple(inside))
                return Kind("list", args=(join(inside),) if inside else ())
            case ("dict", items):
                values = [self.value(file, scope, item) for item in items[:8]]
                return Kind("dict", args=(UNKNOWN, join(values))) if values else Kind("dict")
            case ("as", note, value):
                return self.declared_or(file, scope, note, value)
            case ("instance", cls):
                return annotation.instance_of(self, file, scope, cls)
            case ("but", value, cls):
                return annotation.without(self, self.value(file, scope, value), file, scope, cls)
            case ("either", items):
                return join([self.value(file, scope, item) for item in items])
            case ("item", value):
                whole = self.value(file, scope, value)
                return as_sure_as(calls.iterated(self, whole), whole)
            case ("enter", value):
                manager = self.value(file, scope, value)
                return as_sure_as(calls.entered(self, manager), manager)
            case ("part", value, position):
                whole = self.value(file, scope, value)
                return part(whole, position)
            case ("module", dotted):
                return self.module(file, dotted)
            case ("from", module, name):
                return self.member_of_module(file, module, name)
            case ("class", qualname):
                return Kind("class", qualname, file)
            case ("def", qualname):
                return Kind("function", qualname, file)
            case ("param", position):
                return parameters.parameter(self, file, scope, position)
        return UNKNOWN

    # Names.

    def name(self, file: str, scope: str, name: str) -> Kind:
        """What a name is in a scope: its own bindings, then those around it, then the builtins."""
        bindings, _ = self.lookup(file, scope, name)
        if bindings:
            return join([self.bound(file, binding) for binding in bindings])
        for module, _ in self.project.stars(file):
            kind = self.star(file, module, name)
            if kind.known:
                return kind
        if name in BUILTINS and not self.project.stars(file):
            return Kind("external", f"builtins.{name}")
        return UNKNOWN

    def lookup(self, file: str, scope: str, name: str) -> tuple[Sequence[Binding], str]:
        """The bindings that a name means in a scope, and the scope that holds them."""
        here: str | None = scope
        while here is not None:
            found = self.project.scope(file, here) if here else None
            if here == scope or not here or (found and found.form != "class"):
                bindings = self.project.bindings(file, here, name)
                if bindings:
                    return bindings, here
            here = found.parent if found else None
        return (), ""

    def bound(self, file: str, binding: Binding) -> Kind:
        """What one binding gives its name."""
        if binding.annotation[0] != "other" and binding.expr[0] != "param":
            return self.declared_or(file, binding.scope, binding.annotation, binding.expr)
        return self.value(file, binding.scope, binding.expr)

    def declared_or(self, file: str, scope: str, note: Expr, expr: Expr) -> Kind:
        """What an annotation says of a value; the value itself where it says less."""
        declared = self.declared(file, scope, note)
        value = self.value(file, scope, expr)
        # `Base: DeclarativeMeta = declarative_base()`: which class it is says more than its metaclass.
        if declared.known and declared.symbol not in annotation.VAGUE and value.word != "class":
            return declared
        return declared if declared.word == "union" and not value.known else value

    def star(self, file: str, module: str, name: str) -> Kind:
        found = self.project.module(module, file)
        if found is None:
            return self.external(f"{module}.{name}") if self.table_knows(f"{module}.{name}") else UNKNOWN
        if found == AMBIGUOUS:
            return UNKNOWN
        exports = self.project.exports(found)
        if name.startswith("_") if exports is None else name not in exports:
            return UNKNOWN
        return self.value(found, "", ("name", name))

    def table_knows(self, symbol: str) -> bool:
        canonical = self.table.aliases.get(symbol, symbol)
        return any(canonical in known for known in (self.table.instances, self.table.calls, self.table.bases))

    def module(self, file: str, dotted: str) -> Kind:
        found = self.project.module(dotted, file)
        if found == AMBIGUOUS:
            return UNKNOWN
        if found is not None:
            return Kind("module", dotted, found)
        if self.project.is_folder(dotted):
            return Kind("module", dotted)
        return UNKNOWN if dotted.startswith((".", "?")) else Kind("external", dotted)

    def member_of_module(self, file: str, module: str, name: str) -> Kind:
        """`from module import name`: a name of the module, else a module below it."""
        found = self.project.module(module, file)
        if found == AMBIGUOUS:
            return UNKNOWN
        if found is not None:
            if self.project.bindings(found, "", name) or self.project.stars(found):
                kind = self.value(found, "", ("name", name))
                if kind.known:
                    return kind
            below = self.module(file, f"{module}.{name}")
            return below if below.word == "module" else UNKNOWN
        below = self.module(file, f"{module}.{name}" if module != "." else f".{name}")
        if below.word == "module":
            return below
        if module.startswith((".", "?")) or self.project.is_folder(module):
            return UNKNOWN
        return self.external(f"{module}.{name}")

    def external(self, symbol: str) -> Kind:
        """A library's name, under its documented spelling; a class if some table says so."""
        symbol = self.table.aliases.get(symbol, symbol)
        word = "class" if symbol in self.table.instances or symbol in self.table.bases else "external"
        return Kind(word, symbol)

    def provided(self, file: str, scope: str, marker: Expr) -> Kind:
        """What a parameter gets whose default is a marker call such as `Depends(get_db)`."""
        return parameters.provided(self, file, scope, marker)

    def definition(self, file: str, scope: str, expr: Expr) -> tuple[str, str] | None:
        """The (file, name) at module level that a name or `module.name` stands for, across imports."""
        match expr:
            case ("name", name):
                bindings, holder = self.lookup(file, scope, name)
                if holder != "" and all(binding.expr[0] != "from" for binding in bindings):
                    return None
                match [binding.expr for binding in bindings]:
                    case [("from", module, original), *_]:
                        return self.defined_in(module, file, original)
                    case []:
                        stars = (
                            module for module, _ in self.project.stars(file) if self.star(file, module, name).known
                        )
                        return next(filter(None, (self.defined_in(module, file, name) for module in stars)), None)
                return file, name
            case ("attr", value, name):
                owner = self.value(file, scope, value)
                return (
                    self.definition(owner.file, "", ("name", name)) if owner.word == "module" and owner.file else None
                )
        return None

    def defined_in(self, module: str, importer: str, name: str) -> tuple[str, str] | None:
        """Where a name comes from that a file imports from a module."""
        found = self.project.module(module, importer)
        if found in (None, AMBIGUOUS):
            return None
        work = lambda: self.definition(str(found), "", ("name", name))  # noqa: E731 # the remembered work
        return self.project.trace.remember(("definition", found, name), None, work)
