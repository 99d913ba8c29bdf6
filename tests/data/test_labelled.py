"""Frames and truth, cut into parts."""

from dataclasses import replace

import numpy as np
import pytest

from animot.data.crowd import CrowdVideo
from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_sequence import labelled_crowd
from animot.data.labelled import FrameSource, LabelledSequence, split_at
from animot.data.made_sequence import MadeSequence
from animot.data.sequence import Sequence
from animot.data.sprites_mot import SpritesMOT
from animot.data.truth import Truth
from animot.errors import InputError

SOURCE = MadeSequence(made=SpritesMOT(7, height=71, width=93), stream=2, num_frames=37)


def labelled(num_frames=37):
    tracks = SOURCE.made.tracks(2, num_frames)
    counts = tracks.track_id % 3 > 0
    return LabelledSequence(source=SOURCE, truth=Truth(tracks=tracks, counts=counts))


def test_recordings_and_made_video_are_sources():
    assert isinstance(SOURCE, FrameSource)
    members = ("name", "width", "height", "fps", "frames")
    assert all(hasattr(Sequence, name) or name in Sequence.__annotations__ for name in members)


def test_facts():
    whole = labelled()
    facts = whole.name, whole.width, whole.height, whole.fps, whole.num_frames
    assert facts == ("sprites", 93, 71, 10.0, 37)


def test_a_part_counts_frames_from_0_again():
    part = labelled().part(5, 30).part(6, 16)
    truth = labelled().truth.between(11, 20)
    assert part.num_frames == 10
    np.testing.assert_array_equal(part.truth.tracks.box, truth.tracks.box)
    np.testing.assert_array_equal(part.truth.counts, truth.counts)
    frames = list(part.frames())
    assert [frame.index for frame in frames] == list(range(10))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(10) / 10)
    expected = SOURCE.made.clip([2], 11, 10).frames[0]
    np.testing.assert_array_equal([frame.image for frame in frames], expected)
    np.testing.assert_array_equal(part.image(7), expected[7])


def test_a_fingerprint_is_that_of_frames_and_truth():
    whole = labelled()
    prints = [whole.fingerprint(), labelled().fingerprint(), whole.part(0, 36).fingerprint()]
    assert prints[0] == prints[1] != prints[2]
    assert whole.part(1, 36).fingerprint() != whole.part(0, 35).fingerprint()
    other = replace(whole, truth=replace(whole.truth, counts=~whole.truth.counts))
    assert other.fingerprint() != prints[0]


def test_a_crowd_of_other_colours_has_another_fingerprint():
    def crowd(**settings):
        video = CrowdVideo(3, CrowdDifficulty(**settings), height=90, width=171)
        return labelled_crowd(video, 5, 4).fingerprint()

    assert crowd() == crowd() != crowd(noise=7.0)


def test_parts_share_no_frame():
    one, other = split_at(labelled(), 14)
    assert (one.first, one.num_frames, other.first, other.num_frames) == (0, 14, 14, 23)
    assert len(one.truth) + len(other.truth) == len(labelled().truth) > 40


@pytest.mark.parametrize("frame", [-1, 0, 37, 40])
def test_both_sides_of_a_cut_have_frames(frame):
    with pytest.raises(InputError, match=f"37 frames, which cannot be cut after frame {frame}"):
        split_at(labelled(), frame)


@pytest.mark.parametrize(("start", "stop"), [(-1, 4), (4, 4), (30, 38)])
def test_what_is_no_part_is_refused(start, stop):
    with pytest.raises(InputError, match=f"37 frames, which frames {start + 1}-{stop} are"):
        labelled().part(start, stop)


def test_truth_that_goes_on_after_the_video_is_noticed():
    source = MadeSequence(made=SOURCE.made, stream=2, num_frames=20)
    long = LabelledSequence(source=source, truth=labelled().truth).part(3, 37)
    with pytest.raises(InputError, match=r"ends after 20 frames, but its ground truth.* frame 37"):
        list(long.frames())
    assert long.image(16).shape == (71, 93, 3)
    with pytest.raises(InputError, match="has no frame 21"):
        long.image(17)


def test_truth_without_a_frame():
    nothing = LabelledSequence(source=SOURCE, truth=labelled().truth.between(0, 0))
    assert [frame.index for frame in nothing.frames()] == [0]
