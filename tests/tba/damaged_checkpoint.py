"""Checkpoints that are damaged on purpose: in their JSON, their tensors or their bytes."""

import hashlib
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

VALUES: list[Any] = [
    None,
    True,
    -1,
    0,
    1,
    3,
    2**31,
    10**12,
    10**400,
    0.5,
    -0.0,
    1e-300,
    float("nan"),
    float("inf"),
    "",
    "tba",
    "float16",
    "two\nlines",
    "\ud800",
    "../x",
    "a\0b",
    [],
    {},
    [[]],
    [1, 2],
    {"a": 1},
]
DTYPES = [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The two files of a sound checkpoint."""

    facts: dict[str, Any]
    content: bytes

    @classmethod
    def read(cls, folder: Path, name: str) -> "Stored":
        facts = json.loads((folder / f"{name}.json").read_text())
        return cls(facts=facts, content=(folder / facts["tensors"]).read_bytes())

    def write(self, folder: Path, name: str, *, digest: bool = True) -> None:
        """Write both files; with `digest`, the JSON vouches for the tensors."""
        facts = dict(self.facts)
        if digest:
            facts["sha256"] = hashlib.sha256(self.content).hexdigest()
        (folder / f"{name}-x.safetensors").write_bytes(self.content)
        facts.setdefault("tensors", f"{name}-x.safetensors")
        (folder / f"{name}.json").write_text(json.dumps(facts))

    def damaged(self, chance: random.Random, folder: Path, name: str) -> str:
        """Write the files with some damage, and tell of which kind."""
        kind = chance.choice(["facts", "facts", "tensors", "tensors", "content", "text"])
        facts = json.loads(json.dumps(self.facts)) | {"tensors": f"{name}-x.safetensors"}
        content = self.content
        digest = kind != "content" or chance.random() < 0.7
        if kind == "facts":
            for _ in range(chance.choice([1, 1, 3])):
                change_value(facts, chance)
            digest = "sha256" in facts and chance.random() < 0.9
        elif kind == "tensors":
            content = change_tensors(content, chance)
        elif kind == "content":
            content = change_bytes(content, chance)
        Stored(facts=facts, content=content).write(folder, name, digest=digest)
        if kind == "text":
            file = folder / f"{name}.json"
            file.write_bytes(change_bytes(file.read_bytes(), chance))
        return kind


def change_value(facts: dict[str, Any], chance: random.Random) -> None:
    """Replace, remove or add one value, at any depth."""
    place: Any = facts
    while True:
        if isinstance(place, dict) and (not place or chance.random() < 0.05):
            place["new"] = chance.choice(VALUES)
            return
        if not place:
            place.append(chance.choice(VALUES))
            return
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = chance.choice(list(keys))
        if isinstance(place[key], dict | list) and chance.random() < 0.8:
            place = place[key]
            continue
        if chance.random() < 0.15:
            del place[key]
        else:
            place[key] = chance.choice(VALUES)
        return


def change_tensors(content: bytes, chance: random.Random) -> bytes:
    """Change one tensor of a file; the file itself stays sound."""
    tensors = safetensors.torch.load(content)
    name = chance.choice(sorted(tensors))
    tensor = tensors.pop(name)
    kind = chance.randrange(6)
    if kind == 1:
        tensors[f"{name}{chance.choice(['x', '/0', '/'])}"] = tensor
    elif kind == 2:
        tensors[name] = tensor.to(chance.choice(DTYPES))
    elif kind == 3:
        tensors[name] = other_shape(tensor, chance).contiguous()
    elif kind == 4:
        tensors[name] = with_odd_value(tensor, chance)
    elif kind == 5:
        tensors |= {name: tensor, chance.choice(["model/y", "camera/7/background", "z"]): tensor}
    return safetensors.torch.save({key: value.clone() for key, value in tensors.items()})


def other_shape(tensor: Tensor, chance: random.Random) -> Tensor:
    """The same numbers in another shape, or more or fewer of them."""
    shapes = [tensor.flatten(), tensor[None], tensor.flatten()[:0], torch.stack([tensor] * 2)]
    if tensor.dim() > 0:
        shapes += [tensor[1:], torch.cat([tensor] * 2), tensor.movedim(0, -1), tensor.sum()]
    return chance.choice(shapes).to(tensor.dtype)


def with_odd_value(tensor: Tensor, chance: random.Random) -> Tensor:
    """One number is not finite, huge or negative, where the type knows such numbers."""
    changed = tensor.clone().flatten()
    if changed.is_floating_point() and len(changed):
        odd = chance.choice([float("nan"), float("inf"), -float("inf"), 1e30, -3.0])
        changed[chance.randrange(len(changed))] = odd
    return changed.view(tensor.shape)


def change_bytes(content: bytes, chance: random.Random) -> bytes:
    """Flip, overwrite, remove, insert or cut off, most often in the header."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        if not data:
            break
        reach = len(data) if chance.random() < 0.3 else min(len(data), 2000)
        at = chance.randrange(reach)
        kind = chance.randrange(5)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at] = chance.choice(b'0129"{}[],:-eEx')
        elif kind == 2:
            del data[at : at + chance.choice([1, 1, 8, 100])]
        elif kind == 3:
            data[at:at] = chance.choice([b"0", b"9" * 20, b'"', b"[" * 3000, chance.randbytes(9)])
        else:
            del data[at:]
    return bytes(data)
