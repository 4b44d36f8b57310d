"""The examples of the session rules' pages as running applications."""

import asyncio
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from stackcheck.registry import load_rules
from stackcheck.testing import examples

PAGES = {rule.code: rule.page for rule in load_rules()}
BAD, GOOD = 0, 1


@contextmanager
def running(texts: dict[str, str], folder: Path) -> Iterator[dict[str, ModuleType]]:
    """The modules of some files, imported from a fresh folder that is also where their databases lie."""
    before, home = set(sys.modules), Path.cwd()
    for name, code in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(code)
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    importlib.invalidate_caches()
    try:
        dotted = {name: name.removesuffix(".py").replace("/", ".") for name in texts}
        yield {name: importlib.import_module(module) for name, module in dotted.items()}
    finally:
        os.chdir(home)
        sys.path.remove(str(folder))
        tops = {name.partition("/")[0].removesuffix(".py") for name in texts}
        for module in set(sys.modules) - before:
            if module.partition(".")[0] in tops:
                del sys.modules[module]


def page(code: str, number: int) -> dict[str, str]:
    """The files of a page's example (0) or of what it says to use instead (1)."""
    return examples(PAGES[code])[number]


def application(module: ModuleType) -> FastAPI:
    """The application of a module, made around its router if it has none."""
    app = getattr(module, "app", None)
    if not isinstance(app, FastAPI):
        app = FastAPI()
        app.include_router(module.router)
    return app


def client_of(app: FastAPI) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://test")


async def others_done() -> None:
    """Wait for what else runs in the loop: the tasks that a failed `gather` leaves, the end of a dropped generator."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    name: Mapped[str] = mapped_column(primary_key=True)


def fail_to_flush(session: Session) -> None:
    """What a request does that sends a name that is there already: the flush fails, and nobody rolls back."""
    session.execute(text("INSERT INTO users VALUES ('ann')"))
    session.add(User(name="ann"))
    with pytest.raises(IntegrityError):
        session.flush()


async def get(app: FastAPI, path: str) -> Any:
    """What a client gets of an application."""
    async with client_of(app) as client:
        return (await client.get(path)).json()
