"""Writing files back: whole, atomically, and only if nobody else has changed them meanwhile."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from stackcheck.files.source import Source, encode_source, reason_of


class WriteError(Exception):
    """A file that was left as it is; the text says why, for its STK000."""


def prepare(source: Source, text: str) -> Path:
    """Write the new text beside the file that it will replace, synced, with its mode and owner."""
    real = Path(os.path.realpath(source.path))
    try:
        if real.read_bytes() != source.raw:
            raise WriteError("the file has changed since it was read; nothing was written")
        status = real.stat()
        if status.st_nlink > 1:
            raise WriteError("the file has other hard links, which a rename would part; nothing was written")
        if not os.access(real, os.W_OK):
            raise WriteError("cannot write the file: Permission denied (os error 13)")
        data = encode_source(source, text)
        handle, name = tempfile.mkstemp(prefix=f".{real.name[:64]}.", suffix=".stackcheck", dir=real.parent)
    except OSError as error:
        raise WriteError(f"cannot write the file: {reason_of(error)}") from None
    except UnicodeEncodeError as error:
        raise WriteError(f"the new text does not fit the file's encoding {source.encoding}: {error.reason}") from None
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        os.chmod(name, status.st_mode & 0o7777)
        if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(name, status.st_uid, status.st_gid)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise WriteError(f"cannot keep the file's mode and owner: {reason_of(error)}") from None
    return Path(name)


def commit(prepared: Path, target: Path) -> None:
    """Put a prepared file in the place of the real file behind `target`. A failure leaves both."""
    try:
        os.replace(prepared, os.path.realpath(target))
    except OSError as error:
        raise WriteError(f"cannot write the file: {reason_of(error)}") from None


def write_text(source: Source, text: str) -> None:
    """Replace a file's text. WriteError says why it was left as it is."""
    prepared = prepare(source, text)
    try:
        commit(prepared, source.path)
    finally:
        prepared.unlink(missing_ok=True)
