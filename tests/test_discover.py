"""Discovery: which files the paths lead to, and what is ignored on the way."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stackcheck.files.discover import Discovery, discover, list_project_files, tooling_files
from stackcheck.files.ignore import Ignores, ignores_above
from stackcheck.files.kinds import kind_named, kind_of
from stackcheck.settings.load import Loader, settings_in
from stackcheck.settings.tables import Tables


def write(root: Path, *names: str, **texts: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get("text", ""))


def found(root: Path, *paths: str, **overrides: object) -> Discovery:
    named = {key.replace("_", "-"): value for key, value in overrides.items()}
    loader = Loader(cwd=root, overrides=named)
    return discover([root / path for path in paths or (".",)], lambda folder: settings_in(folder, loader))


def names(root: Path, *paths: str, **overrides: object) -> list[str]:
    return [str(file.path.relative_to(root)) for file in found(root, *paths, **overrides).files]


def test_a_folder_is_walked_sorted_by_path(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "a/z.py", "a/b/c.pyi", "a.py", "notes.md", "a/data.json", "pyproject.toml")

    files = found(tmp_path).files

    assert [(str(file.path.relative_to(tmp_path)), file.kind) for file in files] == [
        ("a.py", "python"),
        ("a/b/c.pyi", "stub"),
        ("a/z.py", "python"),
        ("b.py", "python"),
        ("pyproject.toml", "toml"),
    ]
    assert not any(file.explicit for file in files)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.py", "python"),
        ("a.pyi", "stub"),
        ("pyproject.toml", "toml"),
        ("ruff.toml", "toml"),
        (".stackcheck.toml", "toml"),
        ("data.toml", None),
        ("setup.cfg", "ini"),
        (".flake8", "ini"),
        ("app.ini", None),
        (".pre-commit-config.yaml", "yaml"),
        (".github/workflows/ci.yml", "yaml"),
        (".github/workflows/ci.yaml", "yaml"),
        ("docs/ci.yml", None),
        ("Dockerfile", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"),
        ("api.Dockerfile", "dockerfile"),
        ("Containerfile", "dockerfile"),
        ("Dockerfiles", None),
        ("Makefile", "make"),
        ("justfile", "make"),
        ("run.sh", "shell"),
        ("requirements.txt", "requirements"),
        ("requirements-dev.txt", "requirements"),
        ("dev-requirements.txt", "requirements"),
        ("requirements/base.txt", "requirements"),
        ("dev.in", "requirements"),
        ("MANIFEST.in", None),
        ("config.h.in", None),
        ("notes.txt", None),
        ("README.md", None),
        ("py", None),
    ],
)
def test_a_name_has_a_kind(path: str, kind: str | None) -> None:
    folder, _, name = f"/project/{path}".rpartition("/")

    assert kind_of(name, folder) == kind


def test_a_named_file_of_no_known_name_is_python_or_what_its_suffix_says() -> None:
    assert kind_named("script", "/bin") == "python"
    assert kind_named("poetry.toml", "/a") == "toml"
    assert kind_named("Dockerfile", "/a") == "dockerfile"


def test_excluded_folders_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "venv/b.py", "x/node_modules/c.py", "build/d.py", ".hidden/e.py", "gen/f.py")

    assert names(tmp_path) == [".hidden/e.py", "a.py", "build/d.py", "gen/f.py"]
    assert names(tmp_path, extend_exclude=["gen", "bu*"]) == [".hidden/e.py", "a.py"]
    assert names(tmp_path, exclude=["a.py", "x", ".hidden"]) == ["build/d.py", "gen/f.py", "venv/b.py"]


def test_named_paths_bypass_exclude_unless_forced(tmp_path: Path) -> None:
    write(tmp_path, "venv/b.py", "venv/lib/c.py")

    assert names(tmp_path, "venv/b.py", "venv/lib") == ["venv/b.py", "venv/lib/c.py"]
    assert names(tmp_path, "venv/b.py", "venv/lib", force_exclude=True) == []


def test_force_exclude_does_not_cover_gitignore(tmp_path: Path) -> None:
    write(tmp_path, "a.py", ".git/HEAD")
    write(tmp_path, ".gitignore", text="a.py\n")

    assert names(tmp_path, "a.py", force_exclude=True) == ["a.py"]
    assert names(tmp_path) == []


def test_a_file_is_excluded_by_its_own_closest_configuration(tmp_path: Path) -> None:
    write(tmp_path, "gen/a.py", "service/gen/b.py")
    write(tmp_path, "service/stackcheck.toml", text='extend-exclude = ["gen"]')

    assert names(tmp_path) == ["gen/a.py", "service/stackcheck.toml"]


def test_tooling_files_can_be_turned_off(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "pyproject.toml", "docker/Dockerfile", "requirements.txt")

    assert names(tmp_path, tooling_files=False) == ["a.py"]
    assert names(tmp_path, "requirements.txt", tooling_files=False) == ["requirements.txt"]


def test_a_path_that_does_not_exist_is_missing_as_it_was_spelled(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    (tmp_path / "dangling.py").symlink_to("nowhere")
    settings = settings_in(tmp_path, Loader(cwd=tmp_path))
    paths = [tmp_path / "no.py", tmp_path / "a.py/b", tmp_path / "dangling.py", Path("a\0b")]

    assert discover(paths, lambda folder: settings).missing == tuple(paths)


def test_each_real_file_is_found_once_under_its_first_spelling(tmp_path: Path) -> None:
    write(tmp_path, "src/b.py", "src/deep/c.py")
    (tmp_path / "src/a.py").symlink_to("b.py")
    (tmp_path / "link").symlink_to("src")

    assert names(tmp_path, "src", "src/deep", "src/b.py", "link") == ["link/a.py", "link/deep/c.py"]
    assert [file.explicit for file in found(tmp_path, "src", "src/b.py").files] == [True, False]


def test_links_to_folders_are_not_followed_and_loops_end(tmp_path: Path) -> None:
    write(tmp_path, "pkg/a.py", "other/b.py")
    (tmp_path / "pkg/loop").symlink_to(tmp_path / "pkg")
    (tmp_path / "pkg/aside").symlink_to(tmp_path / "other")
    (tmp_path / "pkg/file.py").symlink_to(tmp_path / "other/b.py")

    assert names(tmp_path, "pkg") == ["pkg/a.py", "pkg/file.py"]


def test_a_link_that_leads_nowhere_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("nowhere")
    (tmp_path / "round.py").symlink_to("round.py")
    (tmp_path / "a.txt").symlink_to("nowhere")

    result = found(tmp_path)

    assert result.files == ()
    assert result.unreadable == (
        (tmp_path / "a.py", "No such file or directory (os error 2)"),
        (tmp_path / "round.py", f"{os.strerror(errno.ELOOP)} (os error {errno.ELOOP})"),
    )


def test_a_folder_that_cannot_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.py", "shut/b.py")
    scan = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = found(tmp_path)

    assert [file.path.name for file in result.files] == ["a.py"]
    assert result.unreadable == ((tmp_path / "shut", "Permission denied (os error 13)"),)


def test_pipes_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")

    assert names(tmp_path) == []


def test_hostile_names_survive(tmp_path: Path) -> None:
    hostile = ["a\nb.py", "-x.py", " a .py", "[x]/*.py", os.fsdecode(b"\xff.py")]
    write(tmp_path, *hostile)

    assert sorted(names(tmp_path)) == sorted(hostile)
    assert sorted(names(tmp_path, extend_exclude=["[[]x]"])) == sorted(set(hostile) - {"[x]/*.py"})


def repository(root: Path, ignores: dict[str, str], *files: str) -> None:
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    write(root, *files)
    for name, text in ignores.items():
        write(root, name, text=text)


GITIGNORE_CASES: list[tuple[dict[str, str], list[str]]] = [
    ({".gitignore": "build/\n"}, ["build/a.py", "x/build/b.py", "build.py"]),
    ({".gitignore": "/build\n"}, ["build/a.py", "x/build/b.py"]),
    ({".gitignore": "*.py\n!keep.py\n"}, ["a.py", "keep.py", "x/keep.py"]),
    ({".gitignore": "gen/\n!gen/keep.py\n"}, ["gen/keep.py", "gen/a.py"]),
    ({".gitignore": "gen/*\n!gen/keep.py\n"}, ["gen/keep.py", "gen/a.py"]),
    ({".gitignore": "a/**/b.py\n**/c.py\nd/**\n"}, ["a/b.py", "a/x/y/b.py", "z/c.py", "d/e/f.py", "d.py"]),
    ({".gitignore": "*.py\n", "x/.gitignore": "!*.py\n"}, ["a.py", "x/b.py", "x/y/c.py"]),
    ({".gitignore": "!x/a.py\n", "x/.gitignore": "a.py\n"}, ["a.py", "x/a.py"]),
    ({".git/info/exclude": "a.py\n", ".gitignore": "!x/a.py\n"}, ["a.py", "x/a.py"]),
    ({".gitignore": "\\#a.py\n#b.py\n\\!c.py\n"}, ["#a.py", "#b.py", "!c.py"]),
    ({".gitignore": "a.py  \nb\\ .py\r\nc\\ \n"}, ["a.py", "b .py", "c /d.py", "c/d.py"]),
    ({".gitignore": "[a-c].py\n[!a-x]?.py\n[[:digit:]]*.py\n[]-]x.py\n"}, ["b.py", "d.py", "yy.py", "1z.py"]),
    ({".gitignore": "[]-]x.py\n[^a][!b]/\n[z-a].py\n"}, ["]x.py", "c/d.py", "cc/d.py", "z.py", "m.py"]),
    ({".gitignore": "te?t\n*t*/q.py\nx*y/\n"}, ["test/a.py", "te/t/a.py", "mtm/q.py", "xy/a.py", "x/y/a.py"]),
    ({".gitignore": "[a.py\n\\\n//\n/\n!\n**\n!*/\n!b.py\n"}, ["[a.py", "a.py", "x/b.py"]),
    ({"x/.gitignore": "/a.py\ny/b.py\n"}, ["x/a.py", "x/y/a.py", "x/y/b.py", "a.py", "x/z/y/b.py"]),
    ({".gitignore": "x/\n!x/\n/x/y\n"}, ["x/a.py", "x/y/b.py", "z/x/y/c.py"]),
    ({".gitignore": "\ufeffa.py\n"}, ["a.py", "b.py"]),
]  # fmt: skip


@pytest.mark.parametrize(("ignores", "files"), GITIGNORE_CASES)
def test_git_ignores_the_same_files(tmp_path: Path, ignores: dict[str, str], files: list[str]) -> None:
    repository(tmp_path, ignores, *files)
    asked = subprocess.run(
        [
            "git",
            "-C",
            str(tmp_path),
            "-c",
            "core.excludesFile=",
            "check-ignore",
            "-z",
            "--stdin",
            "--no-index",
        ],
        input="\0".join(files),
        capture_output=True,
        text=True,
        check=False,
    )
    ignored = set(asked.stdout.split("\0"))

    assert set(names(tmp_path)) == {file for file in files if file not in ignored}


def test_ignore_files_above_the_walked_folder_count(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "*_gen.py\nsrc/old\n"}, "src/a_gen.py", "src/old/b.py", "src/c.py")

    assert names(tmp_path, "src") == ["src/c.py"]


def test_a_named_folder_that_is_ignored_is_walked_all_the_same(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "build/\n"}, "build/a.py")

    assert names(tmp_path, "build") == ["build/a.py"]


def test_a_repository_within_a_repository_has_its_own_rules(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "a.py\n"}, "a.py")
    repository(tmp_path / "inner", {".gitignore": "b.py\n"}, "inner/a.py", "a.py", "b.py")

    assert names(tmp_path) == ["inner/a.py", "inner/inner/a.py"]


def test_a_worktree_reads_the_exclude_file_of_its_repository(tmp_path: Path) -> None:
    write(tmp_path, "tree/a.py", "tree/b.py")
    write(tmp_path, "main/.git/info/exclude", text="a.py\n")
    write(tmp_path, "main/.git/worktrees/tree/commondir", text="../..\n")
    write(tmp_path, "tree/.git", text=f"gitdir: {tmp_path}/main/.git/worktrees/tree\n")

    assert names(tmp_path, "tree") == ["tree/b.py"]


def test_outside_a_repository_only_dot_ignore_counts(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "b.py")
    write(tmp_path, ".gitignore", text="a.py\n")
    write(tmp_path, ".ignore", text="b.py\n")

    assert names(tmp_path) == ["a.py"]


def test_dot_ignore_wins_over_gitignore(tmp_path: Path) -> None:
    write(tmp_path, "a.py", ".git/HEAD")
    write(tmp_path, ".ignore", text="!a.py\n")
    write(tmp_path, ".gitignore", text="a.py\n")

    assert names(tmp_path) == ["a.py"]


def test_respect_gitignore_can_be_turned_off(tmp_path: Path) -> None:
    write(tmp_path, "a.py", ".git/HEAD")
    write(tmp_path, ".gitignore", text="a.py\n")

    assert names(tmp_path, respect_gitignore=False) == ["a.py"]


def test_an_ignore_file_that_cannot_be_read_ignores_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").mkdir()

    assert ignores_above(str(tmp_path)) == Ignores()
    assert not Ignores().entering(str(tmp_path), {".git", ".gitignore"}).ignored("/a.py", "a.py", False)


def test_tooling_files_are_those_of_the_root_and_the_workflows(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", "setup.py", "pyproject.toml", "src/Makefile", "requirements/dev.txt")
    write(tmp_path, ".github/workflows/ci.yml", ".github/dependabot.yml")

    assert [(str(file.path.relative_to(tmp_path)), file.kind) for file in tooling_files(tmp_path)] == [
        ("Dockerfile", "dockerfile"),
        ("pyproject.toml", "toml"),
        ("requirements/dev.txt", "requirements"),
        (".github/workflows/ci.yml", "yaml"),
    ]


def indexed(root: Path, **overrides: object) -> list[str]:
    settings = settings_in(root, Loader(cwd=root, overrides=overrides))
    return [str(file.path.relative_to(root)) for file in list_project_files(root, settings, Tables(root))]


def test_the_index_holds_excluded_files_but_nothing_installed_or_ignored(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", text="[project]\n")
    write(tmp_path, ".gitignore", text="secret.py\n")
    write(tmp_path, ".git/hooks/a.py", "app/a.py", "app/b.pyi", "dist/c.py", "secret.py", "run.sh")
    write(tmp_path, "venv/d.py", ".venv/e.py", "x/site-packages/f.py", "node_modules/g.py")
    write(tmp_path, "app/__pycache__/h.py", "env/pyvenv.cfg", "env/i.py")

    assert indexed(tmp_path, exclude=["app"]) == ["app/a.py", "app/b.pyi", "dist/c.py"]


def test_the_index_stops_where_another_project_begins(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "packages/one/pyproject.toml", text="[project]\n")
    write(tmp_path, "a.py", "packages/one/b.py", "docs/requirements.txt", "docs/c.py", "tools/pyproject.toml")
    write(tmp_path, "tools/d.py", "old/e.py", "sub/.git", "sub/f.py")
    write(tmp_path, "old/setup.py", text="setup()")

    assert indexed(tmp_path) == ["a.py", "docs/c.py", "tools/d.py"]


def test_of_a_home_folder_only_its_own_files_are_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.py", "work/b.py")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert indexed(tmp_path) == ["a.py"]


def test_starting_up_imports_nothing_that_is_seldom_used() -> None:
    code = (
        "import sys, stackcheck.files.discover, stackcheck.settings.load, stackcheck.settings.selectors;"
        "late = {'tomli', 'tomllib', 'pathspec', 'difflib', 'libcst'};"
        "print(sorted(late & set(sys.modules)))"
    )
    source = str(Path(__file__).parent.parent / "src")

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"
