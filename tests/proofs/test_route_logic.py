"""STK601: the logic of a fat route, moved into a service, answers the same and scores below the limit."""

import asyncio
import importlib
import re
import sys
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from stackcheck.registry import load_rules
from stackcheck.testing import Case, found_in

RULE = {rule.code: rule for rule in load_rules()}["STK601"]

MODELS = """
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
Sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    stock: Mapped[int]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    total: Mapped[int]
    status: Mapped[str]


class OrderIn(BaseModel):
    item_id: int
    quantity: int
    coupon: str | None = None


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    total: int
    status: str


async def get_db() -> AsyncIterator[AsyncSession]:
    async with Sessions() as session:
        yield session


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with Sessions() as session:
        session.add(Item(id=1, price=1000, stock=30))
        await session.commit()
    yield
    await engine.dispose()
"""

FAT = """
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from {package}.models import Item, Order, OrderIn, OrderOut, get_db, lifespan

app = FastAPI(lifespan=lifespan)


@app.post("/orders", response_model=OrderOut, status_code=201)
async def create_order(payload: OrderIn, db: AsyncSession = Depends(get_db)):
    item = await db.get(Item, payload.item_id)
    if item is None:
        raise HTTPException(status_code=404, detail="no such item")
    if item.stock < payload.quantity:
        raise HTTPException(status_code=409, detail=f"only {{item.stock}} left")
    total = item.price * payload.quantity
    if payload.quantity >= 10:
        total -= total // 10
    if payload.coupon is not None:
        if payload.coupon == "HALF":
            total = total // 2
        else:
            raise HTTPException(status_code=422, detail="no such coupon")
    item.stock -= payload.quantity
    order = Order(item_id=item.id, total=total, status="new")
    db.add(order)
    await db.commit()
    order.status = "free" if total == 0 else "open"
    await db.commit()
    return order
"""

THIN = """
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from {package}.models import OrderIn, OrderOut, get_db, lifespan
from {package}.services import NoSuchCoupon, NoSuchItem, SoldOut, place_order

app = FastAPI(lifespan=lifespan)


@app.post("/orders", response_model=OrderOut, status_code=201)
async def create_order(payload: OrderIn, db: AsyncSession = Depends(get_db)):
    try:
        return await place_order(db, payload)
    except NoSuchItem as error:
        raise HTTPException(status_code=404, detail="no such item") from error
    except SoldOut as error:
        raise HTTPException(status_code=409, detail=str(error)) from error
    except NoSuchCoupon as error:
        raise HTTPException(status_code=422, detail="no such coupon") from error
"""

SERVICES = """
from sqlalchemy.ext.asyncio import AsyncSession

from {package}.models import Item, Order, OrderIn


class NoSuchItem(Exception):
    pass


class SoldOut(Exception):
    pass


class NoSuchCoupon(Exception):
    pass


async def place_order(db: AsyncSession, wanted: OrderIn) -> Order:
    item = await db.get(Item, wanted.item_id)
    if item is None:
        raise NoSuchItem
    if item.stock < wanted.quantity:
        raise SoldOut(f"only {{item.stock}} left")
    total = total_of(item.price, wanted.quantity, wanted.coupon)
    item.stock -= wanted.quantity
    order = Order(item_id=item.id, total=total, status="free" if total == 0 else "open")
    db.add(order)
    await db.commit()
    return order


def total_of(price: int, quantity: int, coupon: str | None) -> int:
    total = price * quantity
    if quantity >= 10:
        total -= total // 10
    if coupon is None:
        return total
    if coupon == "HALF":
        return total // 2
    raise NoSuchCoupon
"""

ORDERS = [
    {"item_id": 1, "quantity": 2},
    {"item_id": 1, "quantity": 10},
    {"item_id": 1, "quantity": 10, "coupon": "HALF"},
    {"item_id": 1, "quantity": 1, "coupon": "DOUBLE"},
    {"item_id": 1, "quantity": 0},
    {"item_id": 2, "quantity": 1},
    {"item_id": 1, "quantity": 50},
    {"item_id": 1, "quantity": 8},
    {"item_id": 1, "quantity": 1},
    {"item_id": "x"},
]


def texts(package, main):
    parts = {"__init__": "", "models": MODELS, "services": SERVICES.format(package=package), "main": main}
    return {f"{package}/{name}.py": text for name, text in parts.items()}


def answers(folder, package, main):
    """What the app really answers to the orders, one after another."""
    for name, text in texts(package, main).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    app = importlib.import_module(f"{package}.main").app
    return asyncio.run(ordered(app))


async def ordered(app):
    transport = ASGITransport(app=app)
    async with app.router.lifespan_context(app), AsyncClient(transport=transport, base_url="http://shop") as client:
        replies = [await client.post("/orders", json=order) for order in ORDERS]
    return [(reply.status_code, reply.json()) for reply in replies]


def messages(package, main):
    case = Case(Path("/project"), texts(package, main))
    return [hit.message for result in found_in(case, [RULE]).values() for hit in result.hits]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if re.match(r"(fat|thin)_shop\b", name)]:
        del sys.modules[name]


def test_the_logic_answers_the_same_from_a_service(folder):
    fat = answers(folder, "fat_shop", FAT.format(package="fat_shop"))
    thin = answers(folder, "thin_shop", THIN.format(package="thin_shop"))

    assert [status for status, _ in fat] == [201, 201, 201, 422, 201, 404, 409, 201, 409, 422]
    assert thin == fat


def test_the_fat_route_scores_above_the_limit():
    found = messages("fat_shop", FAT.format(package="fat_shop"))

    assert [text.partition(";")[0] for text in found] == [
        "`create_order` holds too much logic for a route: 19 points (at most 10)"
    ]


def test_the_thin_route_scores_below_the_limit():
    assert messages("thin_shop", THIN.format(package="thin_shop")) == []
