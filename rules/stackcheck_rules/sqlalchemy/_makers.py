"""Names of what makes sessions and engines, as documented."""

from __future__ import annotations

SESSION_MAKERS = {
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.async_sessionmaker",
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.create_session",
    "sqlalchemy.orm.sessionmaker",
    "sqlmodel.Session",
    "sqlmodel.ext.asyncio.session.AsyncSession",
}
ENGINE_MAKERS = {
    "sqlalchemy.create_engine",
    "sqlalchemy.ext.asyncio.create_async_engine",
}
