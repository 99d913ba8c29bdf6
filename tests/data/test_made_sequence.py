"""A made video seen as a sequence."""

import numpy as np
import pytest

from animot.data.made_sequence import MadeSequence
from animot.data.mnist_mot import MnistMOT
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError
from animot.tracker import track
from animot.tracks import FrameTracks

DIGITS = np.random.default_rng(0).integers(1, 255, size=(5, 28, 28), dtype=np.uint8)


def make_sequence(num_frames=37, stream=2):
    made = SpritesMOT(7, height=71, width=93)
    return MadeSequence(made=made, stream=stream, num_frames=num_frames)


def test_facts():
    sequence = make_sequence()
    facts = sequence.name, sequence.width, sequence.height, sequence.fps, sequence.num_frames
    assert facts == ("sprites", 93, 71, 10.0, 37)


def test_frames_are_those_of_the_clip_and_can_be_drawn_again():
    sequence = make_sequence()
    expected = sequence.made.clip([2], 0, 37).frames[0]
    for _ in range(2):
        frames = list(sequence.frames())
        assert [frame.index for frame in frames] == list(range(37))
        assert [frame.time for frame in frames] == pytest.approx(np.arange(37) / 10)
        np.testing.assert_array_equal([frame.image for frame in frames], expected)


def test_frames_from_the_middle_and_wanted_ones():
    sequence = make_sequence()
    everything = list(sequence.frames())
    assert [frame.index for frame in sequence.frames(start=30)] == list(range(30, 37))
    some = list(sequence.frames(start=4, wanted=lambda index: index in (1, 5, 36)))
    assert [frame.index for frame in some] == [5, 36]
    for frame in some:
        np.testing.assert_array_equal(frame.image, everything[frame.index].image)
    assert list(sequence.frames(start=37)) == []
    with pytest.raises(InputError, match="no frame -1"):
        list(sequence.frames(start=-1))


def test_grey_frames_have_three_equal_channels():
    made = MnistMOT(7, DIGITS)
    frames = list(MadeSequence(made=made, num_frames=20).frames())
    grey = made.clip([0], 0, 20).frames[0, :, :, :, 0]
    assert grey.any()
    for channel in range(3):
        np.testing.assert_array_equal([frame.image[:, :, channel] for frame in frames], grey)


class TruthTeller:
    """A tracker that knows the truth."""

    def __init__(self, truth):
        self.truth = truth

    def start(self):
        return 0

    def step(self, state, frame):
        here = self.truth.frame == frame.index
        objects = FrameTracks(
            track_id=self.truth.track_id[here],
            box=self.truth.box[here],
            confidence=self.truth.confidence[here],
        )
        return state + 1, objects


def test_a_tracker_runs_on_it_and_its_truth_fits():
    sequence = make_sequence()
    truth = sequence.truth
    seen = track(TruthTeller(truth), sequence.frames())
    assert seen.num_frames == truth.num_frames == 37
    assert len(truth) > 40
    np.testing.assert_array_equal(seen.box, truth.box)
    np.testing.assert_array_equal(seen.time, truth.time)


def test_streams_differ():
    one, two = make_sequence(stream=2).truth, make_sequence(stream=3).truth
    assert one.box.tolist() != two.box.tolist()


@pytest.mark.parametrize(("stream", "num_frames"), [(0, 0), (-1, 5)])
def test_what_has_no_frames_is_refused(stream, num_frames):
    with pytest.raises(InputError, match=f"no {num_frames} frames can be made of stream {stream}"):
        make_sequence(num_frames=num_frames, stream=stream)
