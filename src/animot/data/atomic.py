"""Files that are whole or not there at all."""

import os
from pathlib import Path

from animot.errors import InputError


def write_text(path: str | Path, text: str) -> None:
    """Write the text under a temporary name in the same folder, then give it its name.

    A program that dies on the way leaves an older file of that name as it was.

    Parameters
    ----------
    path : file to write, in a folder that exists.
    text : written as UTF-8, lines ended by a single line feed on every system.

    Raises
    ------
    InputError : the folder is missing, may not be written or is full.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot write it ({error.strerror}); give a file in a folder that exists, "
            "is yours and has room"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
