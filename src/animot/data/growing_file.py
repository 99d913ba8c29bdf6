"""Text files that are written piece by piece, and valid after each of them."""

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from animot.data.atomic import part_name
from animot.errors import InputError


class GrowingFile:
    """A text file that grows; a context manager. Each piece is on its way to the disk at once.

    Parameters
    ----------
    path : file to write, in a folder that exists.
    visible : True: the file has its name from the start, and what was written stays whatever
        happens. False: it gets its name when left without an error; left with one, nothing of it
        stays, and an older file of that name stays as it was.

    Raises
    ------
    InputError : where it cannot be written.
    """

    def __init__(self, path: Path, *, visible: bool) -> None:
        self._path = path
        self._written = path if visible else part_name(path)
        try:
            self._file = self._written.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise self._failure(error) from error

    def __enter__(self) -> "GrowingFile":
        return self

    def append(self, text: str) -> None:
        """Add a piece, which should be whole lines."""
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            raise self._failure(error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._written != self._path:
                os.fsync(self._file.fileno())
                os.replace(self._written, self._path)
        except OSError as error_at_end:
            raise self._failure(error_at_end) from error_at_end
        finally:
            with suppress(OSError):  # whatever could not be written has been reported
                self._file.close()
            if self._written != self._path:
                self._written.unlink(missing_ok=True)

    def _failure(self, error: OSError) -> InputError:
        return InputError(
            f"{self._path}: cannot write it ({error.strerror}); give a file in a folder that "
            "exists, is yours and has room"
        )
