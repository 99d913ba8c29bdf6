"""Labelled sequences in folders, and their halves."""

import cv2
import numpy as np
import pytest

from animot.data.labelled import split_at
from animot.data.mot_split import (
    PETS09_S2L1_SPLIT,
    open_labelled,
    open_labelled_folder,
    split_in_half,
)
from animot.errors import InputError, InputWarning


def write_sequence(folder, num_frames=5, truth=True):
    (folder / "img1").mkdir(parents=True)
    for frame in range(1, num_frames + 1):
        image = np.full((12, 17, 3), 10 * frame, dtype=np.uint8)
        cv2.imwrite(str(folder / "img1" / f"{frame:06d}.png"), image)
    if truth:
        (folder / "gt").mkdir()
        rows = [f"{frame},3,{frame},2,5,7,1,1,1\n" for frame in range(1, num_frames + 1)]
        (folder / "gt" / "gt.txt").write_text("".join(rows))
    return folder


def test_halves_are_those_of_fairmot(tmp_path):
    learned, held_out = split_in_half(open_labelled(write_sequence(tmp_path / "a")))
    assert (learned.num_frames, held_out.num_frames) == (2, 3)
    assert [frame.image[0, 0, 0] for frame in learned.frames()] == [10, 20]
    assert [frame.image[0, 0, 0] for frame in held_out.frames()] == [30, 40, 50]
    assert learned.truth.tracks.box[:, 0].tolist() == [0, 1]
    assert held_out.truth.tracks.box[:, 0].tolist() == [2, 3, 4]
    assert held_out.truth.tracks.frame.tolist() == [0, 1, 2]


def test_a_folder_of_sequences_and_one_sequence(tmp_path):
    for name in ("TUD-2", "ETH-1"):
        write_sequence(tmp_path / name)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    assert [one.name for one in open_labelled_folder(tmp_path)] == ["ETH-1", "TUD-2"]
    assert [one.name for one in open_labelled_folder(tmp_path / "TUD-2")] == ["TUD-2"]


def test_the_three_copies_of_mot17_count_once(tmp_path):
    for name in ("MOT17-02-SDP", "MOT17-02-DPM", "MOT17-02-FRCNN", "MOT17-04-SDP", "SDP-05"):
        write_sequence(tmp_path / name)
    names = [one.name for one in open_labelled_folder(tmp_path)]
    assert names == ["MOT17-02-DPM", "MOT17-04-SDP", "SDP-05"]


def test_sequences_without_truth_are_left_out_and_said(tmp_path):
    write_sequence(tmp_path / "a", truth=False)
    write_sequence(tmp_path / "b")
    with pytest.warns(InputWarning, match=r"a: has no gt/gt.txt and is left out \(1 of 2"):
        names = [one.name for one in open_labelled_folder(tmp_path)]
    assert names == ["b"]


def test_folders_that_cannot_be_used_are_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere: no such folder"):
        open_labelled_folder(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no sequence with ground truth in it"):
        open_labelled_folder(tmp_path)
    write_sequence(tmp_path / "a", truth=False)
    with pytest.raises(InputError, match="no sequence with ground truth in it"):
        open_labelled_folder(tmp_path)
    with pytest.raises(InputError, match=r"a: no ground truth; put it at gt/gt\.txt"):
        open_labelled_folder(tmp_path / "a")
    single = open_labelled(write_sequence(tmp_path / "c", num_frames=1))
    with pytest.raises(InputError, match="c: has 1 frames, which cannot be cut after frame 0"):
        split_in_half(single)


def test_truth_beyond_the_images_is_refused(tmp_path):
    folder = write_sequence(tmp_path / "a")
    with (folder / "gt" / "gt.txt").open("a") as file:
        file.write("6,3,1,2,5,7,1,1,1\n")
    with pytest.raises(InputError, match="line 6: frame 6 lies beyond the sequence of 5 frames"):
        open_labelled(folder)


def test_frames_without_boxes_at_the_end_belong_to_the_sequence(tmp_path):
    folder = write_sequence(tmp_path / "a")
    (folder / "gt" / "gt.txt").write_text("2,3,1,2,5,7,1,1,1\n")
    assert open_labelled(folder).num_frames == 5


def test_truth_of_another_place(tmp_path):
    folder = write_sequence(tmp_path / "a", truth=False)
    (tmp_path / "truth.txt").write_text("2,8,1,2,5,7,1,1,1\n")
    sequence = open_labelled(folder, truth=tmp_path / "truth.txt")
    assert sequence.truth.tracks.track_id.tolist() == [8]


def test_mot17(shared_data):
    sequences = open_labelled_folder(shared_data / "mot17-mini")
    assert [one.name[6:8] for one in sequences] == ["04", "05", "09", "11"]
    assert [one.num_frames for one in sequences] == [8, 6, 4, 7]
    assert [len(one.truth) for one in sequences] == [792, 73, 52, 161]
    learned, held_out = split_in_half(sequences[3])
    assert (learned.num_frames, held_out.num_frames) == (3, 4)
    assert held_out.image(0).shape == (1080, 1920, 3)


def test_pets09(shared_data):
    folder = shared_data / "pets09-s2l1"
    whole = open_labelled(folder / "vtest.avi", folder / "gt" / "gt_000001-000530.txt")
    assert (whole.num_frames, len(whole.truth)) == (530, 2873)
    learned, held_out = split_at(whole, PETS09_S2L1_SPLIT)
    assert (learned.num_frames, held_out.num_frames) == (350, 180)
    assert len(learned.truth) + len(held_out.truth) == 2873
    assert held_out.image(0).shape == (576, 768, 3)
