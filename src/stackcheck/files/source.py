"""The text of one file, and all that is needed to write it back byte for byte."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass
from pathlib import Path

BOM = b"\xef\xbb\xbf"


class SourceError(Exception):
    """A file that cannot be read or decoded; the text is the message of its STK000."""


@dataclass(frozen=True, slots=True)
class Source:
    """A decoded file. `text` has no BOM and keeps its line ends; `raw` is what lay on disk."""

    path: Path
    text: str
    encoding: str = "utf-8"
    bom: bool = False
    raw: bytes = b""


def read_source(path: Path) -> Source:
    """The file's text. SourceError says in a few words why there is none."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceError(reason_of(error)) from None
    return decode_source(path, raw)


def decode_source(path: Path, raw: bytes) -> Source:
    """Decode by BOM and coding line as Python does; files of other kinds are UTF-8."""
    bom = raw.startswith(BOM)
    encoding = "utf-8"
    if path.suffix in {".py", ".pyi"} and not bom:
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
        except SyntaxError as error:
            unknown = "unknown encoding" in str(error)
            message = f"cannot decode the file: {error}" if unknown else "stream did not contain valid UTF-8"
            raise SourceError(message) from None
    try:
        text = raw.removeprefix(BOM).decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        at = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise SourceError(f"stream did not contain valid {encoding.upper()}{at}") from None
    return Source(path, text, encoding, bom, raw)


def encode_source(source: Source, text: str) -> bytes:
    """The bytes of a new text for this file, in its own encoding and with its BOM."""
    return (BOM if source.bom else b"") + text.encode(source.encoding)


def reason_of(error: OSError) -> str:
    """`Permission denied (os error 13)`, as ruff words it."""
    return f"{error.strerror or error} (os error {error.errno})" if error.errno else str(error)
