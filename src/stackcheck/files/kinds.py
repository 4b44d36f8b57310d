"""What kind of file a name stands for; a name in no table is none that stackcheck looks for."""

from __future__ import annotations

import re

NAMES = {
    "pyproject.toml": "toml",
    "ruff.toml": "toml",
    ".ruff.toml": "toml",
    "stackcheck.toml": "toml",
    ".stackcheck.toml": "toml",
    "Pipfile": "toml",
    "setup.cfg": "ini",
    "tox.ini": "ini",
    ".flake8": "ini",
    ".isort.cfg": "ini",
    ".editorconfig": "ini",
    ".pre-commit-config.yaml": "yaml",
    ".pre-commit-config.yml": "yaml",
    ".gitlab-ci.yml": "yaml",
    "azure-pipelines.yml": "yaml",
    "bitbucket-pipelines.yml": "yaml",
    "environment.yml": "yaml",
    "Makefile": "make",
    "makefile": "make",
    "GNUmakefile": "make",
    "justfile": "make",
    "Justfile": "make",
    "package.json": "json",
}
SUFFIXES = {"py": "python", "pyi": "stub", "sh": "shell", "mk": "make"}
# The folder of a file, as far as it says what the file is.
IN_FOLDERS = (
    ("/.github/workflows", re.compile(r".+\.ya?ml"), "yaml"),
    ("/.circleci", re.compile(r"config\.yml"), "yaml"),
    ("/requirements", re.compile(r".+\.(txt|in)"), "requirements"),
)
# `MANIFEST.in`, `Makefile.in` and `config.h.in` are templates of other tools.
PATTERNS = (
    (re.compile(r"(Docker|Container)file([.-].+)?|.+\.(Docker|docker|Container)file"), "dockerfile"),
    (re.compile(r"(.+[-_.])?requirements.*\.(txt|in)"), "requirements"),
    (re.compile(r"(?!MANIFEST|Makefile)[\w-]+\.in"), "requirements"),
)
# Of a file that the command line names the suffix is enough; any other name is taken for Python, as by ruff.
NAMED = {
    "toml": "toml",
    "cfg": "ini",
    "ini": "ini",
    "yml": "yaml",
    "yaml": "yaml",
    "json": "json",
    "txt": "requirements",
}
# Last parts of names that a pattern above could match, so that most names cost one look-up.
HINTS = frozenset({"txt", "in", "yml", "yaml"})


def kind_of(name: str, folder: str) -> str | None:
    """The kind of a file, by its name and the path of its folder."""
    if name in NAMES:
        return NAMES[name]
    _, dot, suffix = name.rpartition(".")
    if dot and suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if suffix not in HINTS and "ockerfile" not in name and "ontainerfile" not in name:
        return None
    for end, pattern, kind in IN_FOLDERS:
        if folder.endswith(end) and pattern.fullmatch(name):
            return kind
    return next((kind for pattern, kind in PATTERNS if pattern.fullmatch(name)), None)


def kind_named(name: str, folder: str) -> str:
    """The kind of a file that was named outright."""
    return kind_of(name, folder) or NAMED.get(name.rpartition(".")[2], "python")
