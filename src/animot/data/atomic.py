"""Files that are whole or not there at all."""

import os
from pathlib import Path

from animot.errors import InputError


def part_name(path: Path) -> Path:
    """Hidden name beside the path, of this process, for what is not complete yet."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def write_text(path: str | Path, text: str) -> None:
    """Write the text, as UTF-8 with single line feeds on every system; see `write_bytes`."""
    write_bytes(path, text.encode())


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write under a temporary name in the same folder, then give the file its name.

    A program that dies on the way, or a machine that loses power, leaves an older file of that
    name as it was.

    Parameters
    ----------
    path : file to write, in a folder that exists.

    Raises
    ------
    InputError : the folder is missing, may not be written or is full.
    """
    path = Path(path)
    temporary = part_name(path)
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot write it ({error.strerror}); give a file in a folder that exists, "
            "is yours and has room"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
