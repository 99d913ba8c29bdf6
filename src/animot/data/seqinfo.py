"""seqinfo.ini: what a MOTChallenge folder says of its sequence."""

import configparser
from dataclasses import dataclass
from pathlib import Path

from animot.errors import InputError


@dataclass(frozen=True, kw_only=True)
class SeqInfo:
    """The `[Sequence]` section of a seqinfo.ini; None for what it does not say.

    Attributes
    ----------
    name : of the sequence; the folder's where the file gives none.
    num_frames : `seqLength`, at least 1.
    fps : `frameRate`, frames per second, above 0.
    width, height : `imWidth` and `imHeight`, pixels.
    image_folder : `imDir`, beside the file.
    image_suffix : `imExt`, with its dot.
    """

    name: str
    num_frames: int | None = None
    fps: float | None = None
    width: int | None = None
    height: int | None = None
    image_folder: str = "img1"
    image_suffix: str | None = None


def read_seqinfo(path: str | Path) -> SeqInfo:
    """Read a seqinfo.ini; InputError names the file and the entry that is wrong."""
    path = Path(path)
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise InputError(f"{path}: is not a file; write it as MOTChallenge does, or remove it")
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"))
        entries = parser["Sequence"]
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror})") from error
    except (configparser.Error, UnicodeDecodeError, KeyError) as error:
        raise InputError(
            f"{path}: no readable [Sequence] section; write it as MOTChallenge does, or remove it"
        ) from error

    def number(key: str) -> float | None:
        return _positive(path, key, entries[key]) if entries.get(key, "").strip() else None

    def count(key: str) -> int | None:
        value = number(key)
        if value is not None and value != int(value):
            raise InputError(f"{path}: {key}={entries[key]} is not a whole number; correct it")
        return None if value is None else int(value)

    return SeqInfo(
        name=entries.get("name", "").strip() or path.resolve().parent.name,
        num_frames=count("seqLength"),
        fps=number("frameRate"),
        width=count("imWidth"),
        height=count("imHeight"),
        image_folder=entries.get("imDir", "").strip() or "img1",
        image_suffix=entries.get("imExt", "").strip() or None,
    )


def _positive(path: Path, key: str, text: str) -> float:
    try:
        value = float(text)
        if 0 < value < float("inf"):
            return value
    except ValueError:
        pass
    raise InputError(f"{path}: {key}={text} is not a number above 0; correct or remove it")
