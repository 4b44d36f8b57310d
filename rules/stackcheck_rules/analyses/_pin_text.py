"""What is said of a requirement that keeps a project on an old release."""

from __future__ import annotations

from stackcheck import Pin


def pin_text(pin: Pin, release: str) -> str:
    """`release` is the one that the project stays on, as one says it: `Pydantic 1`."""
    space = "" if pin.said[:1] in "=<>" or pin.said[:2] == "~=" else " "
    said = f"`{pin.by}{space}{pin.said}`" if pin.said else "its lock file"
    hidden = "no finding" if not pin.hidden else f"{pin.hidden} finding{'s' if pin.hidden > 1 else ''}"
    where = f" in {pin.files} file{'s' if pin.files > 1 else ''}" if pin.files else ""
    shown = f"; `--target {pin.package}={pin.limit}` shows them" if pin.hidden else ""
    return f"pinned to {release} by {said}, which hides {hidden}{where}{shown}"
