"""Whatever the README shows is run."""

import json
import re
import shlex
from pathlib import Path

import pytest

from stackcheck.command.app import run
from stackcheck.settings.load import Loader, settings_in
from stackcheck.settings.selectors import RuleInfo, select

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
RUNS = re.findall(r"^```console\n\$ (.*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
MODEL = "from pydantic import BaseModel\n\n\nclass User(BaseModel):\n    class Config:\n        orm_mode = True\n"


def blocks(form):
    return re.findall(rf"^```{form}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("command", "output"), RUNS, ids=lambda value: value[:60])
def test_a_run_prints_what_is_shown(command, output, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    run(shlex.split(command)[1:])

    assert capsys.readouterr().out == output


def test_the_configuration_is_valid(tmp_path):
    from stackcheck.command.projects import rule_options
    from stackcheck.registry import load_rules

    rules = load_rules()
    (tmp_path / "pyproject.toml").write_text(blocks("toml")[0])

    settings = settings_in(tmp_path, Loader(tmp_path, rule_options=rule_options(rules)))
    selected = select(settings, [RuleInfo(rule.code, rule.name) for rule in rules])

    assert "STK101" in selected.codes
    assert "STK601" not in selected.codes
    assert settings.rules["route-logic"]["max-route-logic"] == 15


def test_the_suppressions_silence(tmp_path, monkeypatch, capsys):
    comments = re.findall(r"# (?:noqa|stackcheck): \S+", blocks("python")[0])
    monkeypatch.chdir(tmp_path)

    for comment in comments:
        Path("models.py").write_text(MODEL.replace("class Config:", f"class Config:  {comment}"))
        assert run(["models.py"]) == 0
    assert len(comments) == 2


def test_the_hook_takes_files_and_fixes_them(tmp_path, monkeypatch, capsys):
    entry = re.search(r"entry: (.*)", README)
    monkeypatch.chdir(tmp_path)
    Path("models.py").write_text(MODEL)

    assert entry
    assert run([*shlex.split(entry[1])[1:], "models.py"]) == 0
    assert "model_config" in Path("models.py").read_text()


def test_the_lines_for_ci_run(tmp_path, monkeypatch, capsys):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "models.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    lines = [line for line in "".join(blocks("bash")).splitlines() if line.startswith("stackcheck src/")]

    codes = [run(shlex.split(line)[1:]) for line in lines]

    assert codes == [1, 0]
    assert json.loads(Path("stackcheck.json").read_text())[0]["code"] == "STK101"


def test_the_rule_of_ones_own_finds(tmp_path, monkeypatch, capsys):
    (tmp_path / "acme_rules.py").write_text(blocks("python")[1])
    (tmp_path / "app.py").write_text("class Loud:\n    print('hello')\n\n    def quiet(self):\n        print(1)\n")
    monkeypatch.chdir(tmp_path)

    run(["app.py", "--rules", "acme_rules.py", "--output-format", "concise", "-q"])

    assert capsys.readouterr().out == "app.py:2:5: ACM001 `print` in the body of `Loud` runs on import\n"
