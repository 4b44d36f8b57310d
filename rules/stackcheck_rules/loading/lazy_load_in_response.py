"""Response schema with a relationship that was not loaded

## Why is this bad?

FastAPI reads every field of the response schema from the object that a route returns, and so does
`Schema.model_validate(user)`. A relationship among them that the query did not load is loaded at that moment, for
which asyncio has no place: the route answers 500, with `ResponseValidationError` (or Pydantic's
`ValidationError`) over `MissingGreenlet`.

`response_model_exclude` does not help: fields are read first and left out then.

## Example

```python
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class PostRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int


class UserRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    posts: list[PostRead]


async def load_user(db: AsyncSession, user_id: int) -> UserRead:
    user = await db.get_one(User, user_id)
    return UserRead.model_validate(user)
```

Use instead:

```python
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class PostRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int


class UserRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    posts: list[PostRead]


async def load_user(db: AsyncSession, user_id: int) -> UserRead:
    user = await db.get_one(User, user_id, options=[selectinload(User.posts)])
    return UserRead.model_validate(user)
```

## Fix safety

Unsafe: the query loads more than before. Offered where it stands in the same function.

## References

- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
- [Error xd2s: `MissingGreenlet`](https://docs.sqlalchemy.org/en/21/errors.html#error-xd2s)
- [FastAPI: response model](https://fastapi.tiangolo.com/tutorial/response-model/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import REQUIRED, failure, faults, option, places, reader
from stackcheck_rules.loading._fixes import option_fix

rule = Rule("STK502", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK502", function, ctx):
        message = f"{reader(fault)}, which was not loaded: {failure(fault)}; load it with `{option(fault)}`"
        yield Finding(fault.span, message, option_fix(fault, ctx), places(fault, ctx))
