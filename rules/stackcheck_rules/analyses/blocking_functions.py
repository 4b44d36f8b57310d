"""Functions of the standard library and of HTTP clients that stop the thread they run in, and what they wait for.

Sources: ruff's rules ASYNC210, ASYNC220 to ASYNC222 and ASYNC251, the API pages of requests and httpx.
"""

from __future__ import annotations

from collections.abc import Mapping

from stackcheck_rules.analyses._words import words

VERBS = words("delete get head options patch post put request")

BLOCKING: Mapping[str, str] = {
    "time.sleep": "sleeps",
    **{f"{module}.{verb}": "waits for another server" for module in ("requests", "httpx") for verb in VERBS},
    **{f"requests.api.{verb}": "waits for another server" for verb in VERBS},
    "httpx.stream": "waits for another server",
    "urllib.request.urlopen": "waits for another server",
    "urllib.request.urlretrieve": "waits for another server",
    **{
        f"subprocess.{name}": "waits for another program"
        for name in ("call", "check_call", "check_output", "getoutput", "getstatusoutput", "run")
    },
    "os.system": "waits for another program",
}
BLOCKING_NAMES = frozenset({symbol.rpartition(".")[2] for symbol in BLOCKING})
BLOCKING_MODULES = frozenset({symbol.partition(".")[0] for symbol in BLOCKING})
