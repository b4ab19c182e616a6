"""What must survive a power cut: a file written whole or not at all, and names that are on the disk.

A file's bytes, and the list of names in its folder, are flushed each by itself: without the second the next start
finds the file under its old name. Nothing here knows what is written.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

HALF = "tmp_"
"""How the name of a file begins that was not written to its end."""


def flush(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as exc:
        if exc.errno != errno.EINVAL:
            raise
        os.sync()  # some file systems flush no single folder
    finally:
        os.close(descriptor)


def put(file: Path, data: bytes) -> None:
    """Put a small file into the place of another, or of none, in one step. Raises OSError."""
    half = file.with_name(HALF + file.name)
    half.write_bytes(data)
    flush(half)
    half.replace(file)
    flush(file.parent)
