"""Run the programs of a catalogue folder under this interpreter; prints JSON: name -> error or "".

`python run.py FOLDER` judges asserts only; `--strict` makes every warning of Pydantic, and each of
SQLAlchemy's deprecations, an error. With `--report` only what fails is printed, and the exit code says
whether anything did that does not say so itself. A program is `ROW.py` or `ROW/main.py`.
"""

import importlib.util
import json
import sys
import traceback
import warnings
from pathlib import Path

SAYS = ("Valid config keys have changed", "Mixing V1 models", "has conflict with protected namespace",
        "shadows an attribute in parent", "which is not a Python type")  # fmt: skip


def programs(folder):
    """Row and main file of each program, in the order of the rows."""
    files = [*folder.glob("*.py"), *folder.glob("*/main.py")]
    return sorted((path.parent.name if path.name == "main.py" else path.stem, path) for path in files)


def run(path, strict):
    """The error that ends a program, empty where it passes."""
    known = set(sys.modules)
    sys.path.insert(0, str(path.parent))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if strict:
                be_strict()
            code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
            module = type(sys)(f"row_{path.stem}_{path.parent.name}")
            module.__file__ = str(path)
            sys.modules[module.__name__] = module
            exec(code, vars(module))
    except BaseException as error:
        place = next((frame.lineno for frame in reversed(traceback.extract_tb(error.__traceback__))
                      if frame.filename.startswith(str(path.parent))), 0)  # fmt: skip
        return f"line {place}: {type(error).__name__}: {error}"
    finally:
        sys.path.remove(str(path.parent))
        if "sqlalchemy.orm" in sys.modules:
            sys.modules["sqlalchemy.orm"].clear_mappers()  # one that cannot be configured would end the next program
        for name in set(sys.modules) - known:
            home = getattr(sys.modules[name], "__file__", None) or ""
            if home.startswith(str(path.parent)):
                del sys.modules[name]
        importlib.invalidate_caches()
    return ""


def be_strict():
    if importlib.util.find_spec("sqlalchemy"):
        from sqlalchemy.exc import SADeprecationWarning

        warnings.filterwarnings("error", category=SADeprecationWarning)
    if not importlib.util.find_spec("pydantic"):
        return
    import pydantic.warnings

    category = getattr(pydantic.warnings, "PydanticDeprecationWarning", None)
    if category is not None:
        warnings.filterwarnings("error", category=category)
    for text in SAYS:
        warnings.filterwarnings("error", message=f"(?s).*{text}", category=UserWarning)


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    results = {row: run(path, "--strict" in sys.argv) for row, path in programs(folder)}
    if "--report" in sys.argv:
        said = {
            row
            for row, path in programs(folder)
            if path.read_text(encoding="utf-8").partition("\n")[0].endswith("| v1: fails")
        }
        failed = {row: error for row, error in results.items() if error and row not in said}
        print("\n".join(f"{row}: {error}" for row, error in failed.items()) or f"{len(results)} programs pass")
        sys.exit(bool(failed) or not results)
    print(json.dumps(results))
