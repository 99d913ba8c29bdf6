"""Results of cells as JSON files: dataclasses out, and back with every value checked."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from animot.data.atomic import write_text
from animot.data.from_json import from_json
from animot.errors import InputError

T = TypeVar("T")


def write_json(path: Path, value: Any) -> None:
    """Keep a dataclass of JSON values, whole or not at all."""
    write_text(path, json.dumps(asdict(value), indent=1) + "\n")


def read_json(path: Path, kind: type[T]) -> T:
    """The dataclass of a file; InputError where it is damaged."""
    try:
        return from_json(kind, json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"{path}: is damaged ({error}); remove it, and run the command again"
        ) from error
