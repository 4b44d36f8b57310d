"""Which fixes apply at the level that was asked for."""

from __future__ import annotations

from stackcheck.finding import ProposedFix


def applies(fix: ProposedFix | None, *, unsafe: bool) -> bool:
    """Whether `--fix` would apply it, with `--unsafe-fixes` where `unsafe`."""
    if fix is None or fix.reason:
        return False
    return fix.applicability == "safe" or (unsafe and fix.applicability == "unsafe")


def is_hidden(fix: ProposedFix | None, *, unsafe: bool) -> bool:
    """Whether only `--unsafe-fixes` would make it apply. A display fix has no such option."""
    return fix is not None and not unsafe and applies(fix, unsafe=True) and not applies(fix, unsafe=False)
