"""The one evaluator of expressions: names, parameters, attributes, calls, returns, loops, contexts.

It never guesses: what it cannot follow is `unknown`, and a rule that meets `unknown` is silent.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from typing import Any

from stackcheck.index import annotation
from stackcheck.index.expr import Expr
from stackcheck.index.hierarchy import Ancestry, ancestry_of, instance_of
from stackcheck.index.kinds import BOTTOM, CONSTANT, UNKNOWN, Arguments, Kind, KindTable, Result, join
from stackcheck.index.modules import AMBIGUOUS
from stackcheck.index.outline import Binding, Scope
from stackcheck.index.project import Project
from stackcheck.index.trace import Question, digest_of

BUILTINS = frozenset(dir(builtins))
CONTEXT_MAKERS = {"contextlib.contextmanager", "contextlib.asynccontextmanager"}
TRANSPARENT = {"functools.lru_cache", "functools.cache", "functools.wraps", "builtins.staticmethod",
               "builtins.classmethod", "typing.overload", "typing.override", "typing_extensions.override",
               "abc.abstractmethod"}  # fmt: skip
PROPERTIES = {"builtins.property", "functools.cached_property"}


class Evaluator:
    """Kinds of expressions in the files of one project, by one table. Remembers what it found."""

    def __init__(self, project: Project, table: KindTable) -> None:
        self.project = project
        self.table = table
        self._merged: dict[str, Mapping[Any, Any]] = {}

    def merged(self, analysis: str) -> Mapping[Any, Any]:
        """What an analysis merged over the project."""
        known = self._merged.get(analysis)
        if known is None:
            merge = self.project.analyses[analysis].merge
            facts = {file: self.project.facts(analysis, file) for file in self.project.files}
            # Merging asks much; the answer that counts is the entry that was asked for.
            known, _ = self.project.trace.recorded(lambda: merge(self, facts))
            self._merged[analysis] = known
        return known

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
                return self.attribute(file, scope, self.value(file, scope, value), name)
            case ("call", function, positional, keywords):
                return self.call(file, scope, function, positional, dict(keywords))
            case ("index", value, index):
                return self.index(self.value(file, scope, value), file, scope, index)
            case ("await", value):
                awaited = self.value(file, scope, value)
                return awaited.args[0] if awaited.word == "awaitable" else UNKNOWN
            case ("list" | "set" | "tuple" as form, items):
                inside = [self.value(file, scope, item) for item in items[:8]]
                if form == "tuple":
                    return Kind("tuple", args=tuple(inside))
                return Kind("list", args=(join(inside),) if inside else ())
            case ("either", items):
                return join([self.value(file, scope, item) for item in items])
            case ("item", value):
                return self.item(self.value(file, scope, value))
            case ("enter", value):
                return self.entered(self.value(file, scope, value))
            case ("part", value, position):
                whole = self.value(file, scope, value)
                fits = whole.word == "tuple" and position < len(whole.args)
                return whole.args[position] if fits else UNKNOWN
            case ("module", dotted):
                return self.module(file, dotted)
            case ("from", module, name):
                return self.member_of_module(file, module, name)
            case ("class", qualname):
                return Kind("class", qualname, file)
            case ("def", qualname):
                return Kind("function", qualname, file)
            case ("param", position):
                return self.parameter(file, scope, position)
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
            declared = self.declared(file, binding.scope, binding.annotation)
            value = self.value(file, binding.scope, binding.expr)
            # `Base: DeclarativeMeta = declarative_base()`: which class it is says more than its metaclass.
            if declared.known and declared.symbol not in annotation.VAGUE and value.word != "class":
                return declared
        return self.value(file, binding.scope, binding.expr)

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

    def parameter(self, file: str, scope: str, position: int) -> Kind:
        """What a parameter is: `self` and `cls`, its annotation, its provider, its default."""
        function = self.project.scope(file, scope)
        if function is None or position >= len(function.params):
            return UNKNOWN
        param = function.params[position]
        if param.form in {"*", "**"}:
            return UNKNOWN
        home = self.project.scope(file, function.parent) if function.parent else None
        if position == 0 and home and home.form == "class":
            return self.receiver(file, function)
        declared = self.declared(file, function.parent, param.annotation)
        if declared.known and declared.symbol not in annotation.VAGUE:
            return declared
        if param.default[0] == "call":
            return self.provided(file, function.parent, param.default)
        return UNKNOWN

    def receiver(self, file: str, function: Scope) -> Kind:
        owner = Kind("class", function.parent, file)
        named = {self.value(file, function.parent, decorator).symbol for decorator in function.decorators}
        if "builtins.staticmethod" in named:
            return UNKNOWN
        if "builtins.classmethod" in named or function.name in {"__new__", "__init_subclass__"}:
            return owner
        return self.instance(owner)

    def provided(self, file: str, scope: str, marker: Expr) -> Kind:
        """What a parameter gets whose default is a marker call such as `Depends(get_db)`."""
        function, positional, keywords = marker[1], marker[2], dict(marker[3])
        position = self.table.providers.get(self.value(file, scope, function).symbol)
        if position is None:
            return UNKNOWN
        given = positional[position] if position < len(positional) else keywords.get("dependency")
        if given is None:
            return UNKNOWN
        provider = self.value(file, scope, given)
        match provider.word:
            case "function":
                result = self.returned(provider)
                return result.args[0] if result.word in {"generator", "awaitable"} and result.args else result
            case "class":
                return self.instance(provider)
        return UNKNOWN

    def definition(self, file: str, scope: str, expr: Expr) -> tuple[str, str] | None:
        """The (file, name) at module level that a name or `module.name` stands for, across imports."""
        match expr:
            case ("name", name):
                bindings, holder = self.lookup(file, scope, name)
                if holder != "" and all(binding.expr[0] != "from" for binding in bindings):
                    return None
                match [binding.expr for binding in bindings]:
                    case [("from", module, original), *_]:
                        found = self.project.module(module, file)
                        if found in (None, AMBIGUOUS):
                            return None
                        key = ("definition", found, original)
                        work = lambda: self.definition(str(found), "", ("name", original))  # noqa: E731 # remembered
                        return self.project.trace.remember(key, None, work)
                    case []:
                        return None
                return file, name
            case ("attr", value, name):
                owner = self.value(file, scope, value)
                return self.definition(owner.file, "", ("name", name)) if owner.word == "module" and owner.file else None
        return None

    # Attributes, calls and what comes out of them: see the functions below the class.

    def attribute(self, file: str, scope: str, owner: Kind, name: str) -> Kind:
        match owner.word:
            case "module" if owner.file:
                bound = self.project.bindings(owner.file, "", name) or self.project.stars(owner.file)
                kind = self.value(owner.file, "", ("name", name)) if bound else UNKNOWN
                return kind if kind.known else self._submodule(file, owner, name)
            case "module":
                return self._submodule(file, owner, name)
            case "external":
                return self.external(f"{owner.symbol}.{name}")
            case "class":
                return self.member(owner, name, on_class=True)
            case "unknown" | "bottom" | "constant" | "function":
                return UNKNOWN
        return self.member(owner, name, on_class=False)

    def _submodule(self, file: str, owner: Kind, name: str) -> Kind:
        below = self.module(file, f"{owner.symbol}.{name}")
        return below if below.word == "module" else UNKNOWN

    def member(self, owner: Kind, name: str, *, on_class: bool) -> Kind:
        """An attribute of an instance or of a class, by its ancestry, then by the table."""
        cls = owner if on_class else Kind("class", owner.symbol, owner.file)
        ancestry = self.ancestry(cls) if owner.symbol else Ancestry((), True)
        for ancestor in ancestry.classes:
            if not ancestor.file:
                continue
            bindings = [
                *self.project.bindings(ancestor.file, ancestor.symbol, name),
                *(() if on_class else self.project.members(ancestor.file, ancestor.symbol, name)),
            ]
            if bindings:
                kind = join([self.bound(ancestor.file, binding) for binding in bindings])
                if kind.word != "function":
                    return kind
                if self._is_property(kind) and not on_class:
                    return self.returned(kind)
                return kind._replace(args=(owner,))
        word = f"class {self.instance(cls).word}" if on_class else owner.word
        held = self.table.attributes.get(f"{word}.{name}")
        if held is not None:
            return self._result(held, owner, NO_ARGUMENTS)
        if f"{word}.{name}" in self.table.methods:
            return Kind("method", f"{word}.{name}", args=(owner,))
        return UNKNOWN

    def _is_property(self, function: Kind) -> bool:
        scope = self.project.scope(function.file, function.symbol)
        if scope is None:
            return False
        found = {self.value(function.file, scope.parent, decorator).symbol for decorator in scope.decorators}
        return bool(found & PROPERTIES)

    def call(
        self, file: str, scope: str, function: Expr, positional: tuple[Expr, ...], keywords: dict[str, Expr]
    ) -> Kind:
        called = self.value(file, scope, function)
        arguments = Arguments(
            lambda at: self.value(file, scope, positional[at]) if at < len(positional) else UNKNOWN,
            lambda word: self.value(file, scope, keywords[word]) if word in keywords else UNKNOWN,
        )
        match called.word:
            case "class" | "external":
                made = self.table.calls.get(called.symbol) if not called.file else None
                if made is not None:
                    return self._result(made, called, arguments)
                if called.symbol in {"builtins.next", "builtins.anext"}:
                    given = self.item(arguments.positional(0))
                    return Kind("awaitable", args=(given,)) if called.symbol.endswith("anext") else given
                return self.instance(called) if called.word == "class" else UNKNOWN
            case "function":
                return self.returned(called)
            case "method":
                return self._result(self.table.methods[called.symbol], called.args[0], arguments)
            case "unknown" | "bottom" | "constant" | "module":
                return UNKNOWN
        made = self.table.methods.get(f"{called.word}.__call__")
        return self._result(made, called, arguments) if made is not None else UNKNOWN

    def _result(self, result: Result, receiver: Kind, arguments: Arguments) -> Kind:
        kind = result if isinstance(result, Kind) else result(receiver, arguments)
        # Tables name an instance by its class; its word is looked up here.
        return self.instance(Kind("class", kind.symbol, kind.file, kind.args)) if kind.word == "instance" else kind

    def returned(self, function: Kind) -> Kind:
        """What calling a function of the project gives."""
        key = ("returned", function.file, function.symbol)
        return self.project.trace.remember(key, BOTTOM, lambda: self._returned(function))

    def _returned(self, function: Kind) -> Kind:
        scope = self.project.scope(function.file, function.symbol)
        if scope is None:
            return UNKNOWN
        certain = True
        context = False
        for decorator in scope.decorators:
            called = decorator[1] if decorator[0] == "call" else decorator
            symbol = self.value(function.file, scope.parent, called).symbol
            context = context or symbol in CONTEXT_MAKERS
            certain = certain and symbol in TRANSPARENT | CONTEXT_MAKERS | PROPERTIES
        declared = self.declared(function.file, scope.parent, scope.returns)
        if scope.yields:
            made = declared.args[0] if declared.word == "generator" and declared.args else UNKNOWN
            if not made.known:
                made = join([self.value(function.file, function.symbol, given) for given in scope.yields])
            return Kind("context" if context else "generator", args=(made,), certain=certain)
        if not declared.known or declared.symbol in annotation.VAGUE:
            values = [self.value(function.file, function.symbol, given) for given in scope.values]
            declared = join(values) if values else CONSTANT
        declared = declared if certain else declared._replace(certain=False)
        return Kind("awaitable", args=(declared,)) if scope.is_async else declared

    def index(self, whole: Kind, file: str, scope: str, index: Expr) -> Kind:
        match whole.word, index:
            case "list", ("const", int()):
                return whole.args[0] if whole.args else UNKNOWN
            case "tuple", ("const", int(position)) if 0 <= position < len(whole.args):
                return whole.args[position]
            case "dict", _:
                return whole.args[-1] if whole.args else UNKNOWN
            case "class", _:
                return whole  # `Page[User]` is still Page
            case "external", _:
                return whole
        return UNKNOWN

    def item(self, whole: Kind) -> Kind:
        if whole.word in {"list", "generator"} and whole.args:
            return whole.args[0]
        if whole.word == "tuple" and whole.args:
            return join(list(whole.args))
        return UNKNOWN

    def entered(self, manager: Kind) -> Kind:
        if manager.word == "context":
            return manager.args[0] if manager.args else UNKNOWN
        if manager.word in {"unknown", "bottom", "constant", "class", "function", "module", "external"}:
            return UNKNOWN
        for name in ("__aenter__", "__enter__"):
            method = self.member(manager, name, on_class=False)
            if method.word == "function":
                given = self.returned(method)
                return given.args[0] if given.word == "awaitable" else given
            if method.word == "method":
                return self._result(self.table.methods[method.symbol], manager, NO_ARGUMENTS)
        return UNKNOWN


NO_ARGUMENTS = Arguments(lambda position: UNKNOWN, lambda word: UNKNOWN)
