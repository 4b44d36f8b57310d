"""STK304 with `all-calls`: what sleeps or asks other servers is followed as well."""

from pathlib import Path

from stackcheck.check.results import Checks
from stackcheck.engine import Job, check_project
from stackcheck.registry import load_rules
from stackcheck.testing import project_of, read_case

RULE = next(rule for rule in load_rules() if rule.code == "STK304")
FOLDER = Path(__file__).parent.parent / "fixtures/rules/database/blocking_call_reachable_from_async/all_calls"


def messages(*, all_calls):
    evaluator, job = project_of(read_case(FOLDER), [RULE])
    checks = Checks((RULE,), options={RULE.name: {"all-calls": all_calls}})
    results = check_project(evaluator, Job(job.files, lambda file: checks))
    return [hit.message for result in results.values() for hit in result.hits]


def test_only_the_database_counts_by_itself():
    assert messages(all_calls=False) == []


def test_the_option_follows_the_other_calls_too():
    (message,) = messages(all_calls=True)

    assert message.startswith("`load → time.sleep` blocks in `async def one`")
