"""Facts can be stored: plain values only, the same on every reading; so can outlines and answers."""

import pickle
from pathlib import Path

import pytest

from stackcheck.command.projects import Setup, group_by_project, open_project
from stackcheck.engine import check_project
from stackcheck.files.discover import discover
from stackcheck.registry import load_rules
from stackcheck.settings.load import Loader, settings_in

PROJECTS = Path(__file__).parent.parent / "fixtures" / "projects"
PLAIN = (str, int, float, bool, type(None))


def opened(name):
    setup = Setup(load_rules(), Loader(PROJECTS / name))
    found = discover([PROJECTS / name], lambda folder: settings_in(folder, setup.loader))
    ((root, members),) = group_by_project(found.files, [PROJECTS / name], setup).items()
    return open_project(root, members, setup)


def is_plain(value):
    return isinstance(value, PLAIN) or (isinstance(value, (tuple, frozenset)) and all(map(is_plain, value)))


@pytest.mark.parametrize("name", ["legacy", "linked", "reference"])
def test_facts_are_plain_values_and_the_same_each_time(name):
    (first, _), (second, _) = opened(name), opened(name)

    for file in first.project.files:
        for analysis in first.project.analyses:
            facts = first.project.facts(analysis, file)
            assert all(map(is_plain, facts)), f"{analysis} of {file}"
            assert facts == second.project.facts(analysis, file)
            assert pickle.loads(pickle.dumps(facts)) == facts


@pytest.mark.parametrize("name", ["legacy", "linked", "reference"])
def test_what_analyses_merge_is_plain(name):
    evaluator, _ = opened(name)

    for analysis in evaluator.project.analyses:
        assert all(is_plain(key) and is_plain(value) for key, value in evaluator.merged(analysis).items()), analysis


def test_every_recorded_question_can_be_asked_again():
    evaluator, job = opened("legacy")
    results = check_project(evaluator, job)
    again, _ = opened("legacy")

    questions = {asked for result in results.values() for asked in result.questions}

    assert len(questions) > 100
    assert all(is_plain(asked) for asked in questions)
    assert all(evaluator.answer(asked) == again.answer(asked) for asked in questions)


def test_outlines_can_be_stored():
    evaluator, _ = opened("legacy")

    for file in evaluator.project.files:
        outline = evaluator.project.outline(file)
        assert pickle.loads(pickle.dumps(outline)) == outline
