"""STK316: a call that sleeps stops the event loop; what the page says instead does not."""

import asyncio
import time

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running


async def moment_of_another_task(module):
    """How long after a request has begun something else gets its turn that is due at once."""
    moments = []

    async def other():
        await asyncio.sleep(0.02)
        moments.append(time.monotonic())

    async with client_of(application(module)) as client:
        begun = time.monotonic()
        await asyncio.gather(client.get("/users"), other())
    return moments[0] - begun


@pytest.mark.parametrize(("number", "held_up"), [(BAD, True), (GOOD, False)])
def test_a_call_that_sleeps_holds_up_everything_else(number, held_up, tmp_path):
    with running(page("STK316", number), tmp_path) as modules:
        waited = asyncio.run(moment_of_another_task(modules["example.py"]))

    assert (waited >= 0.3) == held_up
