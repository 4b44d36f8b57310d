"""Configuration: where it is found, how layers meet, and what is said of a wrong one."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from stackcheck.settings.error import SettingsError
from stackcheck.settings.globs import Glob, matcher
from stackcheck.settings.load import Loader, settings_in
from stackcheck.settings.options import DEFAULT_EXCLUDE, OPTIONS, RuleOption, Selection, Settings
from stackcheck.settings.values import KINDS, lowest_python

RULE_OPTIONS = {
    "logic-in-route": {
        "max-points": RuleOption("int", 10, "Points that a route may have."),
        "allow": RuleOption("strings", (), "Names of routes to pass over."),
    }
}


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def load(root: Path, files: dict[str, str | bytes], at: str = "app.py", **loader: object) -> Settings:
    write(root, files)
    return settings_in((root / at).parent, Loader(cwd=root, rule_options=RULE_OPTIONS, **loader))  # type: ignore[arg-type] # by keyword


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(tmp_path, {})

    assert settings.origin is None
    assert settings.root == tmp_path
    assert settings.line_length == 88
    assert settings.target_version == (3, 11)
    assert settings.src == (tmp_path, tmp_path / "src")
    assert [glob.pattern for glob in settings.exclude] == list(DEFAULT_EXCLUDE)
    assert settings.rules == {"logic-in-route": {"max-points": 10, "allow": ()}}
    assert settings.sources == {}


def test_every_key_of_the_table_has_a_field_and_a_kind_and_its_default() -> None:
    default = Settings(Path("/"))
    names = {field.name for field in fields(Settings)}

    for option in OPTIONS:
        assert option.kind in {*KINDS, "choice", "choice-table"}
        assert option.text.endswith(".")
        if option.merge not in ("none", "layer"):
            assert option.field in names
            if option.kind not in ("globs", "paths"):
                assert getattr(default, option.field) == option.default


def test_the_closest_configuration_is_taken_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": "[tool.stackcheck]\nline-length = 100\npreview = true\n",
            "service/stackcheck.toml": "line-length = 120\n",
        },
    )
    loader = Loader(cwd=tmp_path)

    inner = settings_in((tmp_path / "service/app/main.py").parent, loader)
    outer = settings_in((tmp_path / "main.py").parent, loader)

    assert (inner.line_length, inner.preview, inner.root) == (120, False, tmp_path / "service")
    assert (outer.line_length, outer.preview, outer.root) == (100, True, tmp_path)


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        {"pyproject.toml": "[tool.stackcheck]\npreview = true\n", "a/pyproject.toml": "[tool.black]\n"},
        at="a/b.py",
    )

    assert settings.origin == tmp_path / "pyproject.toml"
    assert settings.preview


def test_dotted_wins_over_plain_and_plain_over_pyproject(tmp_path: Path) -> None:
    files = {
        ".stackcheck.toml": "line-length = 1\n",
        "stackcheck.toml": "line-length = 2\n",
        "pyproject.toml": "[tool.stackcheck]\nline-length = 3\n",
    }
    found: list[int] = []
    for name in files:
        found.append(load(tmp_path, {} if found else dict(files)).line_length)
        (tmp_path / name).unlink()

    assert found == [1, 2, 3]


def test_folders_with_the_same_sources_share_one_value(tmp_path: Path) -> None:
    write(tmp_path, {"stackcheck.toml": "preview = true\n", "a/b/c.py": "", "d/e.py": ""})
    loader = Loader(cwd=tmp_path)

    assert settings_in(tmp_path / "a/b", loader) is settings_in((tmp_path / "d/e.py").parent, loader)


def test_extend_inherits_and_adds_and_updates(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        {
            "pyproject.toml": """[tool.stackcheck]
                line-length = 100
                select = ["STK1"]
                exclude = ["gen"]
                extend-exclude = ["old"]
                target = { pydantic = "2", fastapi = "0.100" }
                [tool.stackcheck.logic-in-route]
                max-points = 20
                allow = ["x"]
                """,
            "api/stackcheck.toml": """
                extend = "../pyproject.toml"
                ignore = ["STK101"]
                extend-exclude = ["more"]
                target = { pydantic = "2.5" }
                [logic-in-route]
                max-points = 5
                """,
        },
        at="api/app.py",
    )

    assert settings.line_length == 100
    assert settings.selections == (
        Selection("pyproject.toml", select=("STK1",)),
        Selection("api/stackcheck.toml", ignore=("STK101",)),
    )
    assert [(glob.pattern, glob.root) for glob in settings.exclude] == [("gen", tmp_path)]
    assert [glob.root for glob in settings.extend_exclude] == [tmp_path, tmp_path / "api"]
    assert settings.target == {"pydantic": "2.5", "fastapi": "0.100"}
    assert settings.rules["logic-in-route"] == {"max-points": 5, "allow": ("x",)}
    assert settings.sources["target"] == "api/stackcheck.toml"


def test_the_command_line_stands_over_every_file(tmp_path: Path) -> None:
    overrides = {"line-length": 120, "exclude": ["a"], "extend-exclude": ["b"], "select": ["STK2"]}
    settings = load(
        tmp_path,
        {"sub/stackcheck.toml": 'line-length = 100\nexclude = ["x"]\nextend-exclude = ["y"]\n'},
        at="sub/app.py",
        overrides=overrides,
    )

    assert settings.line_length == 120
    assert [(glob.pattern, glob.root) for glob in settings.exclude] == [("a", tmp_path)]
    assert [glob.pattern for glob in settings.extend_exclude] == ["y", "b"]
    assert settings.selections == (Selection("", select=("STK2",)),)
    assert settings.sources["line-length"] == "--line-length"


def test_ruffs_keys_count_where_ours_are_silent(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        {
            "pyproject.toml": """
                [project]
                requires-python = ">=3.12"
                [tool.ruff]
                line-length = 110
                src = ["lib"]
                extend-exclude = ["gen"]
                [tool.stackcheck]
                preview = true
                """
        },
    )

    assert settings.line_length == 110
    assert settings.target_version == (3, 12)
    assert settings.src == (tmp_path / "lib",)
    assert [glob.pattern for glob in settings.exclude] == [*DEFAULT_EXCLUDE, "gen"]


def test_our_own_keys_win_over_ruffs(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        {
            "stackcheck.toml": 'exclude = ["a"]\ntarget-version = "py313"\n',
            "ruff.toml": 'exclude = ["b"]\nextend-exclude = ["c"]\ntarget-version = "py310"\n',
        },
    )

    assert [glob.pattern for glob in settings.exclude] == ["a"]
    assert settings.target_version == (3, 13)


def test_what_ruff_extends_counts_too(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        {
            "base/ruff.toml": 'line-length = 70\nexclude = ["one"]\n',
            "ruff.toml": 'extend = "base/ruff.toml"\nextend-exclude = ["two"]\n',
        },
    )

    assert settings.line_length == 70
    assert [glob.pattern for glob in settings.exclude] == ["one", "two"]


@pytest.mark.parametrize(
    "text",
    [
        'line-length = "wide"\nexclude = 3\ntarget-version = "3.12"\nsrc = "lib"\n',
        "line-length = [\n",
        'extend = "ruff.toml"\n',
        'extend = "nowhere.toml"\n',
        b"\xff\xfe",
    ],
)
def test_what_is_wrong_in_ruffs_files_is_ruffs_business(tmp_path: Path, text: str | bytes) -> None:
    settings = load(tmp_path, {"ruff.toml": text})

    assert (settings.line_length, settings.target_version) == (88, (3, 11))


@pytest.mark.parametrize(
    ("bounds", "version"),
    [
        (">=3.11", (3, 11)),
        (">=3.10,<4", (3, 10)),
        ("<4, >= 3.12.4", (3, 12)),
        ("==3.13.*", (3, 13)),
        ("~=3.9", (3, 9)),
        ("^3.11", (3, 11)),
        (">=3", (3, 7)),
        ("!=3.12,>=3.10", (3, 10)),
        ("<3.13", None),
        ("", None),
        (311, None),
    ],
)
def test_requires_python_gives_the_oldest_version(bounds: object, version: object) -> None:
    assert lowest_python(bounds) == version


def test_isolated_reads_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"pyproject.toml": "not TOML", "ruff.toml": "line-length = 9"}

    settings = load(tmp_path, files, isolated=True)

    assert (settings.origin, settings.line_length, settings.sources) == (None, 88, {})


def test_one_configuration_for_all_starts_from_the_current_folder(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        {"ci/strict.toml": 'exclude = ["gen"]\n', "a/stackcheck.toml": "preview = true\n"},
        at="a/b.py",
        config=Path("ci/strict.toml"),
    )

    assert settings.origin == tmp_path / "ci/strict.toml"
    assert not settings.preview
    assert settings.root == tmp_path
    assert settings.exclude[0].root == tmp_path


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    settings = load(tmp_path, {"pyproject.toml": b"\xef\xbb\xbf[tool.stackcheck]\r\npreview = true\r\n"})

    assert settings.preview


PYPROJECT = "[tool.stackcheck]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'slect = ["STK1"]',
            "pyproject.toml: unknown key `slect` in [tool.stackcheck]; did you mean `select`?",
        ),
        (
            "line_length = 9",
            "pyproject.toml: unknown key `line_length` in [tool.stackcheck]; did you mean `line-length`?",
        ),
        (
            "zzz = 1",
            "pyproject.toml: unknown key `zzz` in [tool.stackcheck]; `stackcheck config` lists them",
        ),
        (
            "[tool.stackcheck.logic-in-rout]",
            "pyproject.toml: unknown key `logic-in-rout` in [tool.stackcheck]; did you mean `logic-in-route`?",
        ),
        (
            "[tool.stackcheck.logic-in-route]\nmax-point = 1",
            "pyproject.toml: unknown key `max-point` in [tool.stackcheck.logic-in-route]; did you mean `max-points`?",
        ),
        (
            "[tool.stackcheck.logic-in-route]\nmax-points = true",
            "pyproject.toml: `max-points` in [tool.stackcheck.logic-in-route] must be an integer, not `true`",
        ),
        (
            "logic-in-route = 3",
            "pyproject.toml: `logic-in-route` in [tool.stackcheck] must be a table, not `3`",
        ),
        (
            'select = "STK1"',
            'pyproject.toml: `select` in [tool.stackcheck] must be an array of strings, not "STK1"',
        ),
        (
            "ignore = [1]",
            "pyproject.toml: `ignore` in [tool.stackcheck] must be an array of strings, not `1`",
        ),
        ('fix = "yes"', 'pyproject.toml: `fix` in [tool.stackcheck] must be true or false, not "yes"'),
        (
            "line-length = 0",
            "pyproject.toml: `line-length` in [tool.stackcheck] must be an integer from 1 to 320, not `0`",
        ),
        (
            'target-version = "3.11"',
            'pyproject.toml: `target-version` in [tool.stackcheck] must be one of "py37" to "py315", not "3.11"',
        ),
        (
            'output-format = "jsn"',
            "pyproject.toml: `output-format` in [tool.stackcheck] must be one of full, concise, json, json-lines,"
            ' not "jsn"; did you mean `json`?',
        ),
        (
            'severity = { STK101 = "warn" }',
            "pyproject.toml: `severity` in [tool.stackcheck] must be one of error, warning, info,"
            ' not "warn" for `STK101`; did you mean `warning`?',
        ),
        (
            "target = { pydantic = 2 }",
            "pyproject.toml: `target` in [tool.stackcheck] must be a table of strings, not `2`",
        ),
        (
            'exclude = ["[a"]',
            'pyproject.toml: `exclude` in [tool.stackcheck] must be valid globs, not "[a": the `[` is never closed',
        ),
        (
            'per-file-ignores = { "{a" = [] }',
            "pyproject.toml: `per-file-ignores` in [tool.stackcheck] must be valid globs,"
            ' not "{a": the `{` is never closed',
        ),
        (
            'per-file-ignores = ["a"]',
            "pyproject.toml: `per-file-ignores` in [tool.stackcheck] must be a table, not an array",
        ),
        (
            'extend = "no.toml"',
            "pyproject.toml: `extend` in [tool.stackcheck] names no.toml, which does not exist",
        ),
        (
            'extend = "pyproject.toml"',
            "pyproject.toml: `extend` runs in a circle: pyproject.toml -> pyproject.toml",
        ),
        ("select = [", "pyproject.toml: not valid TOML at line 2, column 11: Invalid value"),
        ("fix = yes", "pyproject.toml: not valid TOML at line 2, column 7: Invalid value"),
        (f"x = {'[' * 9999}", "pyproject.toml: not valid TOML: nested too deeply"),
    ],
)
def test_a_wrong_configuration_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, {"pyproject.toml": PYPROJECT + text})

    assert str(error.value) == message


def test_a_circle_over_two_files_names_both(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(
            tmp_path,
            {"a/stackcheck.toml": 'extend = "../b.toml"', "b.toml": 'extend = "a/stackcheck.toml"'},
            at="a/x.py",
        )

    assert str(error.value) == (
        "a/stackcheck.toml: `extend` runs in a circle: a/stackcheck.toml -> b.toml -> a/stackcheck.toml"
    )


def test_extending_a_pyproject_without_our_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, {"stackcheck.toml": 'extend = "pyproject.toml"', "pyproject.toml": ""})

    assert str(error.value) == ("stackcheck.toml: `extend` names pyproject.toml, which has no [tool.stackcheck]")


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, {"pyproject.toml": b"[tool.stackcheck]\n# \xe9t\xe9\n"})

    assert str(error.value) == "pyproject.toml: not valid TOML at line 2, column 3: not UTF-8"


def test_our_table_must_be_a_table(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, {"pyproject.toml": "[tool]\nstackcheck = 1\n"})

    assert str(error.value) == "pyproject.toml: `stackcheck` in [tool] must be a table, not `1`"


def test_a_missing_config_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, {}, config=Path("nosuch.toml"))

    assert str(error.value) == "--config: there is no file nosuch.toml"


def test_a_wrong_value_of_the_command_line_is_named_by_its_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, {}, overrides={"target-version": "python3"})

    assert str(error.value) == '--target-version must be one of "py37" to "py315", not "python3"'


def test_a_hostile_folder_name_stays_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, {"a\nb/stackcheck.toml": "x = 1"}, at="a\nb/app.py")

    assert str(error.value).startswith(r"a\nb/stackcheck.toml: unknown key `x`")


def test_a_broken_pyproject_counts_only_where_it_could_be_ours(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"pyproject.toml": "x x", "a/stackcheck.toml": "preview = true"}

    settings = load(tmp_path, files, at="a/app.py")

    assert settings.preview
    with pytest.raises(SettingsError):
        settings_in((tmp_path / "app.py").parent, Loader(cwd=tmp_path))


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("venv", "a/venv", True),
        ("a/*", "a/b/m.py", True),
        ("a", "b/a.py", False),
        ("b", "a/b/m.py", False),
        ("*.py", "a/b.py", True),
        ("a/**/c.py", "a/c.py", True),
        ("**/c.py", "x/y/c.py", True),
        ("./sub/", "sub", True),
        ("../other/x.py", "../other/x.py", True),
        ("{a,z}.py", "z.py", True),
        ("[!a].py", "a.py", False),
        ("te?t.py", "test.py", True),
        (r"\*.py", "a.py", False),
        ("a.py", "axpy", False),
    ],
)
def test_globs_match_as_ruffs(tmp_path: Path, pattern: str, path: str, matches: bool) -> None:
    root = tmp_path / "[root]"
    absolute = (root / path).resolve()

    assert matcher((Glob(pattern, root),))(str(absolute), absolute.name) is matches
