"""One pass of fixes over a project: which go together, what the texts are afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from stackcheck.check.results import Checked, Hit
from stackcheck.finding import FileEdit, ImportRequest, TextEdit
from stackcheck.fix.guards import parses
from stackcheck.fix.imports import settle_imports
from stackcheck.fix.textual import apply_edits, overlap, trimmed
from stackcheck.index.outline import Outline
from stackcheck.index.project import Project

# Queries and models before the sessions that run them, schemas after both, layers last.
FAMILY_ORDER = "24351678"


@dataclass(frozen=True)
class Surroundings:
    """What settling a file's imports must know of the project, and what may be written."""

    line_length: Callable[[str], int]
    is_first_party: Callable[[str], bool]
    is_reexported: Callable[[str, str], bool]
    file_of: Callable[[Path], str | None]
    text_of: Callable[[str], str | None]
    obstacle: Callable[[str, FileEdit, Hit], str]  # why a fix of a file may not change another; empty if it may


@dataclass(frozen=True)
class Applied:
    """The outcome of a pass: new texts by file, the hits that were mended, complaints."""

    texts: Mapping[str, str]
    mended: tuple[tuple[str, Hit], ...] = ()
    errors: tuple[str, ...] = ()
    created: frozenset[str] = field(default=frozenset())


def family_rank(code: str) -> int:
    """The place of a code's family in the order of fixes."""
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rank = FAMILY_ORDER.find(digits[:1])
    return rank if rank >= 0 else len(FAMILY_ORDER)


def apply_pass(checked: Mapping[str, Checked], wanted: Callable[[str, Hit], bool], around: Surroundings) -> Applied:
    """Apply every wanted fix that does not touch another's text; the others wait for the next pass."""
    plan: dict[str, list[tuple[Hit, tuple[TextEdit, ...]]]] = {}
    texts = {file: result.text for file, result in checked.items()}
    created: dict[str, str] = {}
    mended: list[tuple[str, Hit]] = []
    candidates = [(file, hit) for file, result in checked.items() for hit in result.hits if hit.edits is not None]
    for file, hit in sorted(candidates, key=lambda one: (family_rank(one[1].code), one[0], one[1].span)):
        if not wanted(file, hit):
            continue
        parts = parts_of(file, hit, around)
        if parts is None or any(_collides(plan.get(name, ()), edits) for name, edits in parts.items()):
            continue
        new_files = {name for name in parts if name not in texts}
        if new_files & set(created):
            continue
        created.update(dict.fromkeys(new_files, ""))
        for name, edits in parts.items():
            plan.setdefault(name, []).append((hit, edits))
        mended.append((file, hit))
    results, errors, dropped = _settle(plan, {**texts, **created}, around)
    kept = tuple((file, hit) for file, hit in mended if hit not in dropped)
    return Applied(results, kept, tuple(errors), frozenset(created) & frozenset(results))


def parts_of(file: str, hit: Hit, around: Surroundings) -> dict[str, tuple[TextEdit, ...]] | None:
    """The edits of a fix by file; None if one of the files is out of its reach just now."""
    assert hit.edits is not None
    parts = {file: hit.edits}
    for other in hit.fix.others if hit.fix else ():
        name = around.file_of(other.path)
        if name is None or around.obstacle(file, other, hit):
            return None
        parts[name] = other.edits
    return parts


def _collides(planned: Sequence[tuple[Hit, tuple[TextEdit, ...]]], edits: tuple[TextEdit, ...]) -> bool:
    # Findings may share one fix, as all keys of a table do: the same edits are made once.
    return any(other != edits and overlap(other, edits) for _, other in planned)


def _settle(
    plan: Mapping[str, list[tuple[Hit, tuple[TextEdit, ...]]]], texts: Mapping[str, str], around: Surroundings
) -> tuple[dict[str, str], list[str], set[Hit]]:
    """Apply what is planned; where a file does not come out well, its fixes one by one.

    A set over several files is dropped whole when one of its files does not come out well.
    """
    errors: list[str] = []
    dropped: set[Hit] = set()
    results: dict[str, str] = {}
    again = True
    while again:
        again = False
        for file, planned in plan.items():
            left = [(hit, edits) for hit, edits in planned if hit not in dropped]
            text = mend(file, texts[file], left, around)
            if text is None:
                bad = [hit for hit, edits in left if mend(file, texts[file], [(hit, edits)], around) is None]
                errors += [f"{hit.code}: the fix of {file}:{hit.span.line} does not come out well; it is dropped"
                           for hit in bad]  # fmt: skip
                # Fixes that are good alone and not together: the later ones wait for the next pass.
                dropped.update(bad or unfit(file, texts[file], left, around))
                again = True
                break
            results[file] = text
    return {file: text for file, text in results.items() if text != texts[file]}, errors, dropped


def unfit(file: str, text: str, planned: Sequence[tuple[Hit, tuple[TextEdit, ...]]], around: Surroundings) -> list[Hit]:
    """The fixes that do not go with those before them."""
    good: list[tuple[Hit, tuple[TextEdit, ...]]] = []
    rest = []
    for one in planned:
        if mend(file, text, [*good, one], around) is None:
            rest.append(one[0])
        else:
            good.append(one)
    return rest


def mend(file: str, text: str, planned: Sequence[tuple[Hit, tuple[TextEdit, ...]]], around: Surroundings) -> str | None:
    """A file's text after some fixes, imports settled; None where that is no good text."""
    after = apply_edits(text, dict.fromkeys(edit for _, edits in planned for edit in edits))
    if not file.endswith((".py", ".pyi")):
        return after if file_parses(file, after) else None
    if after == text or not parses(after):
        return text if after == text else None
    wanted = requests(file, (hit for hit, _ in planned), around)
    return settle_imports(text, after, wanted, line_length=around.line_length(file),
                          is_first_party=around.is_first_party,
                          is_reexported=lambda name: around.is_reexported(file, name))  # fmt: skip


def requests(file: str, hits: Iterable[Hit], around: Surroundings) -> tuple[ImportRequest, ...]:
    """The imports that some fixes want in a file, each once."""
    found: dict[ImportRequest, None] = {}
    for hit in hits:
        others = [other for other in (hit.fix.others if hit.fix else ()) if around.file_of(other.path) == file]
        # What a fix wants in its own file it does not want in another one that it edits.
        wanted = [request for other in others for request in other.imports] if others else hit.imports
        found |= dict.fromkeys(wanted)
    return tuple(found)


def file_parses(file: str, text: str) -> bool:
    """Whether a file that is not Python is still what it was: TOML must parse."""
    if not file.endswith(".toml"):
        return True
    import tomli

    try:
        tomli.loads(text)
    except tomli.TOMLDecodeError:
        return False
    return True


def withhold(checked: Checked, around: Surroundings, project: Project) -> Checked:
    """The same result without fixes that would not come out well: what is left is what `--fix` does."""
    if all(hit.edits is None for hit in checked.hits):
        return checked
    checked = with_reasons(checked, around)
    fixed = [(hit, hit.edits) for hit in checked.hits if hit.edits is not None]
    outline = project.outline(checked.file) if checked.file.endswith((".py", ".pyi")) else None
    if _apart(fixed) and comes_out_well(checked, fixed, around, outline):
        return checked
    kept = tuple(
        hit
        if hit.edits is None or comes_out_well(checked, [(hit, hit.edits)], around, outline)
        else replace(hit, edits=None, fix=None)
        for hit in checked.hits
    )
    return replace(checked, hits=kept)


def comes_out_well(
    checked: Checked,
    fixed: Sequence[tuple[Hit, tuple[TextEdit, ...]]],
    around: Surroundings,
    outline: Outline | None,
) -> bool:
    """Whether some fixes make a good text together.

    Settling imports costs several parses; where each wanted name is free, or is the wanted one already,
    it cannot fail, and a look at the new text is enough.
    """
    if outline is not None and all(
        is_free(name, outline) for name in requests(checked.file, (hit for hit, _ in fixed), around)
    ):
        edits = dict.fromkeys(edit for _, group in fixed for edit in group)
        return parses(apply_edits(checked.text, edits))
    return mend(checked.file, checked.text, fixed, around) is not None


def is_free(request: ImportRequest, outline: Outline) -> bool:
    """Whether nothing in a file gives a wanted name another meaning."""
    name = request.name or request.module.partition(".")[0]
    wanted = ("from", request.module, request.name) if request.name else ("module", name)
    if outline.stars:
        return False
    bound = [binding for scope in outline.scopes.values() for binding in scope.bindings.get(name, ())]
    return all(
        binding.expr == wanted and binding.scope == "" and (binding.runtime or request.typing_only) for binding in bound
    )


def with_reasons(checked: Checked, around: Surroundings) -> Checked:
    """The same result, where a fix over several files says what keeps `--fix` from applying it."""
    if not any(hit.fix and hit.fix.others for hit in checked.hits):
        return checked
    return replace(
        checked, hits=tuple(replace(hit, reason=reason_of(checked.file, hit, around)) for hit in checked.hits)
    )


def reason_of(file: str, hit: Hit, around: Surroundings) -> str:
    others = hit.fix.others if hit.fix else ()
    return next(filter(None, (around.obstacle(file, other, hit) for other in others)), "")


def with_import_edits(checked: Checked, around: Surroundings) -> Checked:
    """Each fix with the edits that the imports it wants would need if it were made alone."""
    wanted = {hit.imports for hit in checked.hits if hit.edits is not None and hit.imports}
    edits = {names: import_edits(checked.file, checked.text, names, around) for names in wanted}
    hits = tuple(
        replace(hit, import_edits=edits[hit.imports])
        if hit.imports in edits and not overlap(edits[hit.imports], hit.edits or ())
        else hit
        for hit in checked.hits
    )
    return replace(checked, hits=tuple(with_imports_of_others(hit, around) for hit in hits))


def with_imports_of_others(hit: Hit, around: Surroundings) -> Hit:
    if hit.fix is None or not any(other.imports for other in hit.fix.others):
        return hit
    return replace(hit, fix=replace(hit.fix, others=tuple(with_imports(other, around) for other in hit.fix.others)))


def with_imports(other: FileEdit, around: Surroundings) -> FileEdit:
    """Edits in another file with those that the imports they want would need."""
    file = around.file_of(other.path) or ""
    edits = import_edits(file, around.text_of(file) or "", other.imports, around)
    return other if overlap(edits, other.edits) else replace(other, edits=tuple(sorted([*other.edits, *edits])))


def import_edits(file: str, text: str, names: tuple[ImportRequest, ...], around: Surroundings) -> tuple[TextEdit, ...]:
    """What adding some imports to a file changes in it."""
    use = "\n" + "".join(f"{name.name or name.module}\n" for name in names)
    settled = settle_imports(text, text + use, names, line_length=around.line_length(file),
                             is_first_party=around.is_first_party, is_reexported=lambda name: True)  # fmt: skip
    if settled is None or not settled.endswith(use):
        return ()
    edit = trimmed(TextEdit(0, len(text), settled.removesuffix(use)), text)
    return (edit,) if edit.new or edit.end > edit.start else ()


def _apart(fixed: Sequence[tuple[Hit, tuple[TextEdit, ...]]]) -> bool:
    edits = sorted({edit for _, group in fixed for edit in group})
    return all(one.end <= other.start for one, other in pairwise(edits))
