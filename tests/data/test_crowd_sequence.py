import numpy as np
import pytest

from animot.data.crowd import CrowdVideo
from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_sequence import STREAMS, CrowdSequence, crowd_sequences, labelled_crowd
from animot.data.labelled import FrameSource
from animot.errors import InputError
from animot.metrics.evaluation import evaluate
from animot.tracks import Tracks


def make(num_frames=11, stream=2):
    video = CrowdVideo(7, height=96, width=171)
    return CrowdSequence(video=video, stream=stream, num_frames=num_frames)


def test_facts_and_frames():
    sequence = make()
    assert isinstance(sequence, FrameSource)
    facts = sequence.name, sequence.width, sequence.height, sequence.fps
    assert facts == ("crowd-2", 171, 96, 12.5)
    frames = list(sequence.frames())
    assert [frame.index for frame in frames] == list(range(11))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(11) / 12.5)
    expected = sequence.video.clip([2], 0, 11)[0]
    np.testing.assert_array_equal([frame.image for frame in frames], expected)
    some = list(sequence.frames(start=4, wanted=lambda index: index in (1, 5, 10)))
    assert [frame.index for frame in some] == [5, 10]


def test_frames_that_are_not_wanted_are_not_drawn(monkeypatch):
    drawn = []
    image = CrowdVideo.image

    def counted(video, stream, frame):
        drawn.append(frame)
        return image(video, stream, frame)

    monkeypatch.setattr(CrowdVideo, "image", counted)
    labelled_crowd(make().video, 2, 11).image(8)
    assert drawn == [8]


def test_learning_validation_and_test_never_share_a_stream():
    streams = [set(STREAMS[use][:50]) for use in ("train", "validate", "test")]
    assert len(set.union(*streams)) == 150
    assert 0 not in set.union(*streams)  # what `animot data crowd` shows
    for use in ("train", "validate", "test"):
        sequences = crowd_sequences(use, 3, 5, seed=9)
        assert [sequence.source.stream for sequence in sequences] == list(STREAMS[use][:3])
        assert [sequence.num_frames for sequence in sequences] == [5, 5, 5]


def test_sequences_differ_and_follow_the_difficulty():
    easy = CrowdDifficulty(people=(5.0, 5.0), outfits=1, personal=0.0)
    one, other = crowd_sequences("train", 2, 4, seed=1, difficulty=easy)
    assert (one.image(0) != other.image(0)).mean() > 0.5
    assert len(one.truth) / 4 < 10
    assert len(crowd_sequences("train", 1, 4, seed=1)[0].truth) / 4 > 10


def test_a_tracker_that_reports_the_hidden_or_does_not_is_perfect():
    truth = make().video.truth(2, 60)
    assert not truth.counts.all()
    kept = truth.counts
    columns = ("frame", "track_id", "box", "confidence")
    seen = Tracks(**{name: getattr(truth.tracks, name)[kept] for name in columns}, num_frames=60)
    for tracks in (truth.tracks, seen):
        scores = evaluate(tracks, truth).as_dict()
        assert (scores["MOTA"], scores["CLR_FP"], scores["CLR_FN"]) == (1, 0, 0)


def test_no_frames_are_refused():
    with pytest.raises(InputError, match="no 0 frames can be made"):
        labelled_crowd(make().video, 0, 0)
