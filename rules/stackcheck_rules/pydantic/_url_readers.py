"""Functions of libraries that take a URL as a string, and raise for any other object."""

from __future__ import annotations

from stackcheck import Context
from stackcheck_rules.analyses.url_fields import UrlUse

# Position and name of the argument, by the documented name of the function.
READERS = {
    "aioredis.from_url": ("0", "url"),
    "asyncpg.connect": ("0", "dsn"),
    "asyncpg.create_pool": ("0", "dsn"),
    "databases.Database": ("0", "url"),
    "httpx.AsyncClient": ("", "base_url"),
    "httpx.Client": ("", "base_url"),
    "httpx.request": ("1", "url"),
    "motor.motor_asyncio.AsyncIOMotorClient": ("0", "host"),
    "psycopg.connect": ("0", "conninfo"),
    "psycopg2.connect": ("0", "dsn"),
    "pymongo.MongoClient": ("0", "host"),
    "redis.Redis.from_url": ("0", "url"),
    "redis.asyncio.Redis.from_url": ("0", "url"),
    "redis.asyncio.from_url": ("0", "url"),
    "redis.from_url": ("0", "url"),
    "sqlalchemy.create_engine": ("0", "url"),
    "sqlalchemy.engine.make_url": ("0", "name_or_url"),
    "sqlalchemy.engine.url.make_url": ("0", "name_or_url"),
    "sqlalchemy.ext.asyncio.create_async_engine": ("0", "url"),
    "urllib.parse.urljoin": ("0", "base"),
    "urllib.parse.urlparse": ("0", "url"),
    "urllib.parse.urlsplit": ("0", "url"),
}
VERBS = ("delete", "get", "head", "options", "patch", "post", "put")
READERS |= {f"httpx.{verb}": ("0", "url") for verb in (*VERBS, "stream")}


def takes_text(use: UrlUse, ctx: Context) -> bool:
    """Whether a function is known to want a string as the argument at hand."""
    if use.detail in READERS.get(ctx.symbol(use.function, use.scope), ()):
        return use.detail != ""
    match use.function:
        case ("attr", owner, verb) if verb in VERBS:
            client = ctx.kind(owner, use.scope)
            # requests turns whatever it gets into a string; HTTPX does not.
            return (
                client.certain and client.symbol in {"httpx.Client", "httpx.AsyncClient"} and use.detail in {"0", "url"}
            )
        case ("attr", _, "set_main_option"):
            return ctx.symbol(use.function, use.scope) == "alembic.context.config.set_main_option" and use.detail == "1"
    return False
