from pathlib import Path

import pytest

from animot.training.run_folder import SIZE, open_run
from animot.video.blobs import Typical
from animot.working_size import (
    LONG_THING,
    LONGEST_THING,
    keep_size,
    read_size,
    size_for,
    usual_size,
    whole_cells,
)


def thing(height: int, width: int) -> Typical:
    return Typical(height=float(height), width=float(width), energy=1.0, most=1)


@pytest.mark.parametrize(
    ("original", "usual"),
    [
        ((576, 768), (144, 192)),
        ((1080, 1920), (128, 224)),
        ((128, 128), (128, 128)),  # made no larger
        ((100, 60), (96, 64)),
        ((16, 4000), (32, 2632)),  # at least four cells
    ],
)
def test_large_frames_are_made_smaller(original: tuple[int, int], usual: tuple[int, int]) -> None:
    assert usual_size(*original) == usual


def test_things_of_a_good_size_leave_the_frame_as_it_is() -> None:
    for height, width in ((20, 7), (LONGEST_THING, 24), (24, LONGEST_THING), (3, 3)):
        assert size_for(thing(height, width), (128, 224)) == (128, 224)


@pytest.mark.parametrize(("height", "width"), [(80, 45), (45, 80), (50, 50)])
def test_large_things_make_the_frame_smaller(height: int, width: int) -> None:
    size = size_for(thing(height, width), (128, 224))
    for length, before in zip(size, (128, 224), strict=True):
        assert length % 8 == 0
        assert abs(length / before * max(height, width) - LONG_THING) <= 4 * height / before + 2


def test_frames_have_four_cells_at_least() -> None:
    assert size_for(thing(64, 40), (128, 64)) == (40, 32)


def test_what_is_asked_for_is_cut_to_whole_cells() -> None:
    assert whole_cells(70, 100) == (64, 96)


def test_a_size_is_kept(tmp_path: Path) -> None:
    assert read_size(tmp_path) is None
    keep_size(tmp_path, (72, 96))
    assert read_size(tmp_path) == (72, 96)


@pytest.mark.parametrize("damaged", ["", "[72, 96]", '{"height": "72", "width": 96}'])
def test_a_damaged_size_is_chosen_anew(tmp_path: Path, damaged: str) -> None:
    (tmp_path / SIZE).write_text(damaged)
    assert read_size(tmp_path) is None


def test_a_run_that_is_begun_anew_chooses_anew(tmp_path: Path) -> None:
    with open_run(tmp_path, {"seed": 1}):
        keep_size(tmp_path, (72, 96))
    with open_run(tmp_path, {"seed": 1}):
        assert read_size(tmp_path) == (72, 96)
    with open_run(tmp_path, {"seed": 1}, overwrite=True):
        assert read_size(tmp_path) is None
