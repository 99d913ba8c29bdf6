import pickle
from pathlib import Path

import numpy as np
import pytest

from animot.errors import InputError
from animot.report.strips import Strip
from animot.reproduce.tba.strip_file import read_strips, write_strip


def make_strip(name: str, seed: int = 0) -> Strip:
    random = np.random.default_rng(seed)
    return Strip(
        name=name,
        frames=random.integers(256, size=(5, 13, 17, 3), dtype=np.uint8),
        outputs=random.integers(256, size=(5, 2, 7, 11, 3), dtype=np.uint8),
    )


def test_strips_come_back_in_the_order_asked_for_then_by_name(tmp_path: Path) -> None:
    made = {name: make_strip(name, seed) for seed, name in enumerate(["TBA", "B", "TBAc", "A"])}
    for strip in made.values():
        write_strip(tmp_path, strip)
    found = read_strips(tmp_path, first=["TBA", "absent", "TBAc"])
    assert [strip.name for strip in found] == ["TBA", "TBAc", "A", "B"]
    for strip in found:
        np.testing.assert_array_equal(strip.frames, made[strip.name].frames)
        np.testing.assert_array_equal(strip.outputs, made[strip.name].outputs)


def test_there_may_be_none(tmp_path: Path) -> None:
    assert read_strips(tmp_path, first=["TBA"]) == []


class Trap:
    def __reduce__(self):
        return (Path.touch, (Path("trapped"),))


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    strip = make_strip("TBA")
    if how == "cut off":
        path.write_bytes(content[: len(content) // 2])
    elif how == "pickle":
        path.write_bytes(pickle.dumps(Trap()))
    elif how == "pickle inside":
        np.savez(path, frames=np.array([Trap()], dtype=object), outputs=strip.outputs)
    elif how == "grey":
        np.savez(path, frames=strip.frames[..., 0], outputs=strip.outputs)
    elif how == "another number":
        np.savez(path, frames=strip.frames[1:], outputs=strip.outputs)
    else:
        np.savez(path, outputs=strip.outputs)


@pytest.mark.parametrize(
    "how", ["cut off", "pickle", "pickle inside", "grey", "another number", "no frames"]
)
def test_a_damaged_file_is_refused_and_never_unpickled(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_strip(tmp_path, make_strip("TBA"))
    damage(tmp_path / "strips" / "TBA.npz", how)
    with pytest.raises(InputError, match=r"TBA.npz: holds no strip"):
        read_strips(tmp_path, first=[])
    assert not (tmp_path / "trapped").exists()
