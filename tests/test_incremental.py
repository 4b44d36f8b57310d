"""What `ctx` recorded tells which files' findings may change: 600 random edits, each against a full run."""

import random
import re
import shutil
from pathlib import Path

from stackcheck.command.projects import Setup, checks_for, group_by_project, open_project
from stackcheck.engine import check_project
from stackcheck.files.discover import discover
from stackcheck.registry import load_rules
from stackcheck.settings.load import Loader, settings_in

LINKED = Path(__file__).parent.parent / "fixtures" / "projects" / "linked"
ROUNDS = 600
MODULES = ("app.base", "app.mid", "app.models", "app.models.user", "app.db.session", "app.deps", "pydantic", "base")
NAMES = ("Schema", "Plain", "Mid", "Thing", "User", "BaseModel", "Base", "Row")
FUNCTIONS = ("get_db", "load", "SessionLocal()", "create_engine('sqlite://')", "None")


def python_files(root):
    return sorted(root.rglob("*.py"))


def add_module(rng, root):
    module, name = rng.choice(MODULES), rng.choice(NAMES)
    target = rng.choice(python_files(root)).parent / f"new_{rng.randrange(1000)}.py"
    target.write_text(f"from {module} import {name}\n\n\nclass New({name}):\n    class Config:\n        title = 'x'\n")


def delete_module(rng, root):
    rng.choice(python_files(root)).unlink()


def rename_module(rng, root):
    path = rng.choice(python_files(root))
    path.rename(path.with_name(f"moved_{rng.randrange(1000)}.py"))


def move_class(rng, root):
    source, target = rng.choice(python_files(root)), rng.choice(python_files(root))
    match = re.search(r"^class \w+.*?(?=^\S|\Z)", source.read_text(), re.MULTILINE | re.DOTALL)
    if match and source != target:
        source.write_text(source.read_text().replace(match[0], "", 1))
        target.write_text(f"{target.read_text()}\n\n{match[0]}")


def change_base(rng, root):
    path = rng.choice(python_files(root))
    path.write_text(re.sub(r"^(class \w+)\(\w+", rf"\1({rng.choice(NAMES)}", path.read_text(), count=1, flags=re.M))


def change_import(rng, root):
    path = rng.choice(python_files(root))
    text = re.sub(r"^from [\w.]+ import", f"from {rng.choice(MODULES)} import", path.read_text(), count=1, flags=re.M)
    path.write_text(text)


def restart(rng, root):
    shutil.rmtree(root)
    shutil.copytree(LINKED, root)


def change_value(rng, root):
    path = root / "app/db/session.py"
    if path.exists():
        names = "SessionLocal|session|engine|Base"
        text = re.sub(rf"^({names}) = .*$", rf"\1 = {rng.choice(FUNCTIONS)}", path.read_text(), count=1, flags=re.M)
        path.write_text(text)


def shadow_module(rng, root):
    name = rng.choice(["base.py", "mid.py", "deps.py", "services.py"])
    target = root / rng.choice(["", "src/app", "app/api", "app/models"]) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("class Schema: ...\n\n\nclass Mid(Schema): ...\n")


def add_import(rng, root):
    path = rng.choice(python_files(root))
    path.write_text(f"from {rng.choice(MODULES)} import {rng.choice([*NAMES, '*', 'Column'])}\n{path.read_text()}")


def add_router(rng, root):
    path = rng.choice(python_files(root))
    path.write_text(f"{path.read_text()}\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n")


def touch_requirements(rng, root):
    version = rng.choice([">=1.10,<3", ">=2", "==1.10.2", ">=2.11", ""])
    (root / "requirements.txt").write_text(f"pydantic{version}\nsqlalchemy{rng.choice(['>=2', '<2', ''])}\nfastapi\n")


def touch_pyproject(rng, root):
    choice = rng.choice(['ignore = ["STK101"]', 'select = ["STK1"]', "line-length = 60", 'target-version = "py39"', ""])
    (root / "pyproject.toml").write_text(f"[tool.stackcheck]\n{choice}\n\n[tool.ruff]\nselect = ['E']\n")


def touch_dependencies(rng, root):
    fastapi, pydantic = rng.choice(["", "==0.88.0", ">=0.110"]), rng.choice(["pydantic", "pydantic>=2", "pydantic<2"])
    path = root / "pyproject.toml"
    path.write_text(f'[project]\nname = "linked"\nversion = "1"\ndependencies = ["fastapi{fastapi}", "{pydantic}"]\n')


def touch_all(rng, root):
    path = root / "app/mid.py"
    if path.exists():
        names = rng.choice(["", '"Mid"', '"Thing"', '"Mid", "Thing"'])
        text = re.sub(r"^__all__ = .*\n", "", path.read_text(), flags=re.M)
        path.write_text(f"{text}__all__ = [{names}]\n")


def touch_lock(rng, root):
    version = rng.choice(["1.10.0", "2.0.0", "2.12.0"])
    (root / "uv.lock").write_text(f'version = 1\n\n[[package]]\nname = "pydantic"\nversion = "{version}"\n')


CHANGES = (add_module, delete_module, rename_module, move_class, change_base, change_import, change_value,
           shadow_module, add_import, add_router, touch_requirements, touch_pyproject, touch_lock,
    touch_dependencies,
    touch_all,
    # What only the header of a class tells, or only a pin: worth more than one try.
    change_base,
    change_base,
    touch_dependencies,
    touch_dependencies,
)  # fmt: skip


def full_run(root, rules):
    setup = Setup(rules, Loader(root))
    found = discover([root], lambda folder: settings_in(folder, setup.loader))
    ((home, members),) = group_by_project(found.files, [root], setup).items()
    evaluator, job = open_project(home, members, setup)
    results = check_project(evaluator, job)
    checks = {file: _checks(root / file, setup) for file in results}
    return evaluator, results, checks


def _checks(path, setup):
    checks = checks_for(path, setup)
    return ([rule.code for rule in checks.rules], dict(checks.options), checks.python, checks.line_length)


def findings(checked):
    return [(hit.code, hit.span, hit.message, hit.related, hit.edits, hit.imports) for hit in checked.hits]


def test_recorded_answers_tell_whose_findings_may_change(tmp_path):
    rng = random.Random(20)
    root = tmp_path / "project"
    shutil.copytree(LINKED, root)
    rules = load_rules()
    evaluator, results, checks = full_run(root, rules)
    predicted = kept = 0

    for number in range(ROUNDS):
        # Back to the start now and then: a project that has fallen apart has nothing left to find.
        edit = restart if number % 6 == 0 else rng.choice(CHANGES)
        edit(rng, root)
        after, again, new_checks = full_run(root, rules)
        for file, old in results.items():
            if file not in again or again[file].text != old.text or checks[file] != new_checks[file]:
                continue
            if any(evaluator.answer(asked) != after.answer(asked) for asked in old.questions):
                predicted += 1
                continue
            kept += 1

            assert findings(again[file]) == findings(old), f"round {number}: {edit.__name__} changed {file}"
        evaluator, results, checks = after, again, new_checks

    assert predicted < kept / 4, "what is recorded is too coarse to be of use"
