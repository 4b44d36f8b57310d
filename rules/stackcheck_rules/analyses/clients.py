"""Clients of other systems: what code holds to talk to them, and which of its calls really do.

Sources: the API pages of requests, HTTPX, aiohttp, smtplib, aiosmtplib, boto3, redis-py, stripe,
subprocess and asyncio. Making a client, or signing and building something with it, sends nothing.
"""

from __future__ import annotations

from stackcheck import Arguments, Kind, KindTable
from stackcheck_rules.analyses._words import words

VERBS = words("get post put patch delete head options request")
HTTP = VERBS | words("send stream")
MAIL = words("send send_message sendmail")
CLOUD = words(
    """copy_object delete_item delete_message delete_object delete_objects download_file download_fileobj
    get_item get_object head_object invoke list_objects list_objects_v2 publish put_events put_item put_object
    put_record query receive_message scan send_email send_message send_raw_email start_execution update_item
    upload_file upload_fileobj"""
)
CACHE = words(
    """decr delete eval exists expire get hdel hget hgetall hset incr incrby keys lpop lpush lrange mget mset
    ping publish rpop rpush sadd scan scan_iter set setex setnx smembers srem unlink xadd zadd zrange zrem"""
)
PROCESSES = words("run call check_call check_output Popen getoutput getstatusoutput")
ASYNC_PROCESSES = words("create_subprocess_exec create_subprocess_shell")
STRIPE = words("create create_async retrieve retrieve_async modify modify_async list list_async delete cancel confirm")

# Calls of an instance, by the word of its kind, and calls of a library's own functions, by its name.
METHODS = {"http-client": HTTP, "mail-client": MAIL, "cloud-client": CLOUD, "cache-client": CACHE}
FUNCTIONS = {
    "requests": VERBS,
    "httpx": VERBS | {"stream"},
    "aiohttp": words("request"),
    "urllib": words("urlopen urlretrieve"),
    "aiosmtplib": words("send"),
    "subprocess": PROCESSES,
    "asyncio": ASYNC_PROCESSES,
    "os": words("system popen"),
    "stripe": STRIPE,
}
TALKS = frozenset().union(*METHODS.values(), *FUNCTIONS.values())


def itself(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver


CLOUD_CLIENT = Kind("cloud-client", "botocore.client.BaseClient")
CACHE_CLIENT = Kind("cache-client", "redis.Redis")

CLIENTS = KindTable(
    instances={
        "requests.Session": "http-client",
        "httpx.Client": "http-client",
        "httpx.AsyncClient": "http-client",
        "aiohttp.ClientSession": "http-client",
        "smtplib.SMTP": "mail-client",
        "smtplib.SMTP_SSL": "mail-client",
        "aiosmtplib.SMTP": "mail-client",
        "botocore.client.BaseClient": "cloud-client",
        "redis.Redis": "cache-client",
        "redis.asyncio.Redis": "cache-client",
    },
    aliases={
        "requests.sessions.Session": "requests.Session",
        "aiohttp.client.ClientSession": "aiohttp.ClientSession",
        "redis.StrictRedis": "redis.Redis",
        "redis.client.Redis": "redis.Redis",
        "redis.asyncio.client.Redis": "redis.asyncio.Redis",
    },
    calls={
        "requests.session": Kind("http-client", "requests.Session"),
        "boto3.client": CLOUD_CLIENT,
        "boto3.resource": CLOUD_CLIENT,
        "redis.from_url": CACHE_CLIENT,
        "redis.asyncio.from_url": CACHE_CLIENT,
    },
    methods={
        **{f"{word}.{enter}": itself for word in METHODS for enter in ("__enter__", "__aenter__")},
        **{f"cloud-client.{part}": CLOUD_CLIENT for part in ("Bucket", "Object", "Table", "Queue", "Topic")},
        "class cache-client.from_url": CACHE_CLIENT,
    },
)
