"""The student: on its own, and helped by a key frame."""

from dataclasses import replace

import pytest
import torch

from animot.atttrack.config import TINY, TransferConfig
from animot.atttrack.map_tracks import to_map
from animot.atttrack.student import KeyFrame, Student


def images(batch, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (batch, 3, 64, 96), generator=generator, dtype=torch.uint8)


def key_frame(batch, present, channels=32):
    generator = torch.Generator().manual_seed(1)
    tracks = to_map(
        box=torch.tensor([[[20.0, 10.0, 36.0, 50.0]]]).expand(batch, 1, 4),
        velocity=torch.tensor([[[4.0, 0.0]]]).expand(batch, 1, 2),
        confidence=torch.ones(batch, 1),
        present=torch.full((batch, 1), present),
    )
    return KeyFrame(map=torch.rand(batch, channels, 16, 24, generator=generator), tracks=tracks)


def make_student(**options):
    torch.manual_seed(0)
    return Student(replace(TINY, transfer=TransferConfig(**options))).eval()


def test_without_tracks_the_student_is_its_network():
    student, frames = make_student(), images(2)
    found = student(frames, key_frame(2, present=False), torch.tensor([1, 2]))
    alone = student.network(frames)
    assert torch.equal(found.heat, alone.heat)
    assert torch.equal(found.embedding, alone.embedding)


@pytest.mark.parametrize(("source", "channels"), [("features", 32), ("heat", 1)])
def test_a_track_changes_what_is_said_where_it_is_expected(source, channels):
    """Around cell (7 + gap, 7) and a cell farther, as far as a head's first convolution sees."""
    student, frames = make_student(source=source), images(2)
    found = student(frames, key_frame(2, True, channels), torch.tensor([1, 9]))
    changed = found.heat != student.network(frames).heat
    for row, column in enumerate((8, 16)):
        assert changed[row, 7, column]
        rows, columns = changed[row].nonzero().unbind(1)
        assert (rows - 7).abs().max() <= 3
        assert (columns - column).abs().max() <= 3


def test_weights_of_the_fusion_are_the_students():
    names = {name for name, _ in make_student(fusion="gate", source="heat").named_parameters()}
    assert {"fusion.gate.weight", "fusion.gate.bias", "fusion.widen.weight"} <= names


def test_a_batch_is_its_images_one_by_one():
    student, frames, gap = make_student(), images(3), torch.tensor([1, 4, 9])
    key = key_frame(3, present=True)
    together = student(frames, key, gap)
    for row in range(3):
        one = slice(row, row + 1)
        tracks = replace(key.tracks, **{name: t[one] for name, t in vars(key.tracks).items()})
        alone = student(frames[one], KeyFrame(map=key.map[one], tracks=tracks), gap[one])
        for name in ("heat", "ltrb", "offset", "embedding"):
            found, expected = getattr(together, name)[one], getattr(alone, name)
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
