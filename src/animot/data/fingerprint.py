"""Whether files are still the same: a digest of their names, sizes and parts of what they hold."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from animot.errors import InputError

BLOCK = 4096
# Blocks that are read of all files together, where there are few; of each file at least two. Video
# and images are packed: whoever edits them changes what follows, or the length.
BLOCKS = 1024


def fingerprint_of(files: Sequence[Path]) -> str:
    """Digest of files; the same for copies of them, whatever their folder and time stamps.

    Raises
    ------
    InputError : where a file is gone or cannot be read.
    """
    digest = hashlib.sha256()
    blocks = max(2, BLOCKS // len(files))
    for file in files:
        try:
            _update(digest, file, blocks)
        except OSError as error:
            raise InputError(f"{file}: is gone or cannot be read; restore it") from error
    return digest.hexdigest()


def _update(digest: "hashlib._Hash", file: Path, blocks: int) -> None:
    size = file.stat().st_size
    digest.update(os.fsencode(f"{file.name}\0{size}\0"))
    last = max(size - BLOCK, 0)
    with file.open("rb") as opened:
        for place in sorted({last * i // (blocks - 1) for i in range(blocks)}):
            opened.seek(place)
            digest.update(opened.read(BLOCK))
