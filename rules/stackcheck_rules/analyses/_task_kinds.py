"""What asyncio, anyio, asyncer and FastAPI give the table of kinds: what runs other code beside or after the caller.

Sources: Python's asyncio (tasks, event loop), anyio's and asyncer's pages on tasks, FastAPI's on background tasks.
"""

from __future__ import annotations

from stackcheck import Kind
from stackcheck_rules.analyses._result_kinds import context, itself

TASK_GROUP = Kind("task-group", "asyncio.TaskGroup")
LOOP = Kind("event-loop", "asyncio.AbstractEventLoop")

INSTANCES = {
    "asyncio.TaskGroup": "task-group",
    "anyio.abc.TaskGroup": "task-group",
    "asyncer.TaskGroup": "task-group",
    "asyncio.AbstractEventLoop": "event-loop",
    "fastapi.BackgroundTasks": "background-tasks",
    "concurrent.futures.ThreadPoolExecutor": "thread-pool",
    "concurrent.futures.ProcessPoolExecutor": "process-pool",
}
ALIASES = {
    "asyncio.taskgroups.TaskGroup": "asyncio.TaskGroup",
    "asyncio.events.AbstractEventLoop": "asyncio.AbstractEventLoop",
    "asyncio.tasks.gather": "asyncio.gather",
    "asyncio.tasks.create_task": "asyncio.create_task",
    "fastapi.background.BackgroundTasks": "fastapi.BackgroundTasks",
    "starlette.background.BackgroundTasks": "fastapi.BackgroundTasks",
    "concurrent.futures.thread.ThreadPoolExecutor": "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.process.ProcessPoolExecutor": "concurrent.futures.ProcessPoolExecutor",
    "starlette.concurrency.run_in_threadpool": "fastapi.concurrency.run_in_threadpool",
}
CALLS = {
    "anyio.create_task_group": context(TASK_GROUP),
    "asyncer.create_task_group": context(TASK_GROUP),
    "asyncio.get_event_loop": LOOP,
    "asyncio.get_running_loop": LOOP,
    "asyncio.new_event_loop": LOOP,
}
METHODS = {
    "task-group.__aenter__": itself,
    "thread-pool.__enter__": itself,
    "process-pool.__enter__": itself,
}
