"""STK114 on a real application: a value that a validator refuses with `TypeError` ends the request with a 500."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts

RULE = next(rule for rule in load_rules() if rule.code == "STK114")


async def status_for(text, size):
    """What a route answers that takes the model of the example."""
    namespace = {"__name__": "proof"}
    exec(compile(text, "proof.py", "exec"), namespace)
    app = FastAPI()

    async def upload(body):
        return body.size

    upload.__annotations__["body"] = namespace["Upload"]
    app.post("/uploads")(upload)
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        return (await client.post("/uploads", json={"size": size})).status_code


@pytest.mark.asyncio
@pytest.mark.parametrize(("number", "status"), [(0, 500), (1, 422)])
async def test_the_examples_of_the_page_answer_as_it_says(number, status):
    text = examples(RULE.page)[number]["example.py"]

    assert await status_for(text, True) == status
    assert await status_for(text, 3) == 200


@pytest.mark.asyncio
async def test_the_fixed_example_answers_422():
    texts, _ = fixed_texts(Case(Path("/project"), examples(RULE.page)[0]), [RULE], unsafe=True)

    assert await status_for(texts["example.py"], True) == 422
