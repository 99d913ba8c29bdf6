"""Checkpoints: tensors in safetensors, facts in JSON, written so that a kill loses nothing.

The tensors go first, under a name of their own; the JSON file that points to them is replaced
last. A kill at any moment leaves the old pair or the new one. Nothing is ever unpickled.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

from animot.data.atomic import write_bytes, write_text
from animot.data.from_json import shown
from animot.errors import InputError

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything a run needs to go on.

    Attributes
    ----------
    tensors : by name; a slash separates groups ("model/...", "optimizer/...").
    facts : JSON values: configuration, step, seconds used and so on.
    """

    tensors: dict[str, Tensor]
    facts: dict[str, Any]

    def group(self, name: str) -> dict[str, Tensor]:
        """Tensors of one group, without its name."""
        start = f"{name}/"
        return {
            key.removeprefix(start): t for key, t in self.tensors.items() if key.startswith(start)
        }


def save(checkpoint: Checkpoint, folder: Path, name: str) -> None:
    """Write `name`.json and the tensors it points to; what older ones left is deleted.

    Raises
    ------
    InputError : where the folder cannot be written or is full; the last checkpoint is intact.
    """
    content = safetensors.torch.save({k: t.contiguous() for k, t in checkpoint.tensors.items()})
    digest = hashlib.sha256(content).hexdigest()
    tensors = folder / f"{name}-{digest[:12]}.safetensors"
    write_bytes(tensors, content)
    facts = {"format": FORMAT, "tensors": tensors.name, "sha256": digest, **checkpoint.facts}
    write_text(folder / f"{name}.json", json.dumps(facts, indent=1) + "\n")
    for older in [*folder.glob(f"{name}-*.safetensors"), *folder.glob(f".{name}*.part")]:
        if older != tensors:
            older.unlink(missing_ok=True)


def load(folder: Path, name: str) -> Checkpoint:
    """Read back what `save` wrote.

    Raises
    ------
    InputError : where there is none, or it is damaged, foreign or of a newer version.
    """
    facts = _read_facts(folder / f"{name}.json")
    path = folder / facts["tensors"]
    content = _read(path, "the tensors of the checkpoint", "restore the file, or learn again")
    if hashlib.sha256(content).hexdigest() != facts["sha256"]:
        raise InputError(f"{path}: the checkpoint is damaged; restore it, or learn again")
    try:
        tensors = safetensors.torch.load(content)
    except (safetensors.SafetensorError, KeyError) as error:  # a key: of a type unknown to torch
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: holds no tensors ({reason}); learn again") from error
    return Checkpoint(tensors=tensors, facts=facts)


def _read_facts(path: Path) -> dict[str, Any]:
    content = _read(path, "a checkpoint", "give the folder that `animot learn` wrote")
    try:
        facts = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not a checkpoint of animot; learn again") from error
    if not isinstance(facts, dict) or not {"format", "tensors", "sha256"} <= facts.keys():
        raise InputError(f"{path}: is not a checkpoint of animot; learn again")
    if facts["format"] != FORMAT:
        raise InputError(
            f"{path}: was written by another version of animot (format {shown(facts['format'])}, "
            f"this one reads {FORMAT}); install that version, or learn again"
        )
    if not _is_file_name(facts["tensors"]):
        raise InputError(f"{path}: points outside of its folder; learn again")
    return facts


def _read(path: Path, what: str, advice: str) -> bytes:
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise InputError(f"{path}: is not a file; {advice}")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot read {what} ({error.strerror}); {advice}") from error


def _is_file_name(name: Any) -> bool:
    """Whether a name from a file stays in the folder and can be a file's on every system."""
    return isinstance(name, str) and re.fullmatch(r"[\w-][\w.-]*", name, re.ASCII) is not None
