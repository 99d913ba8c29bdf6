from dataclasses import dataclass

import numpy as np

from animot.data.clips import Clips, MadeClips, Scene, VideoClips
from animot.data.cut_out import CutOut, all_that_differs
from animot.data.overlaid_clips import OverlaidClips
from animot.data.split import TRAINING_STREAMS, split_made, split_video
from animot.data.sprites_mot import SpritesMOT

H, W, T = 5, 7, 3
BACKGROUND = 100


@dataclass
class Fixed:
    """Streams that all show one grey picture, on one background."""

    picture: np.ndarray
    restart: tuple[bool, ...]

    def batch(self, _: int) -> Clips:
        frames = np.empty((len(self.restart), T, H, W, 1), dtype=np.uint8)
        frames[:] = self.picture[..., None]
        background = np.full((len(self.restart), H, W, 1), BACKGROUND, dtype=np.uint8)
        return Clips(frames=frames, background=background, restart=np.array(self.restart))

    def only(self, streams: range) -> "Fixed":
        return Fixed(self.picture, self.restart[streams.start : streams.stop])


def _picture(row: int, grey: int) -> np.ndarray:
    picture = np.full((H, W), BACKGROUND, dtype=np.uint8)
    picture[row, 2:5] = grey
    return picture


def _strong(frames: np.ndarray, background: np.ndarray) -> np.ndarray:
    return np.abs(frames.astype(int) - background[:, None]).max(axis=-1) > 3


def _overlaid(cut_out: CutOut = all_that_differs, *, summed: bool = False) -> OverlaidClips:
    """Three streams with a bright row 1; over the first two a column that is dark or too faint."""
    above = np.full((H, W), BACKGROUND, dtype=np.uint8)
    above[:3, 3] = 60
    above[3:, 3] = 103
    return OverlaidClips(
        Fixed(_picture(1, 230), (False, True, False)),
        Fixed(above, (True, False)),
        streams=range(2),
        cut_out=cut_out,
        summed=summed,
    )


def test_the_upper_clip_hides_the_lower() -> None:
    clips = _overlaid(_strong).batch(0)
    expected = _picture(1, 230)
    expected[:3, 3] = 60
    assert np.array_equal(clips.frames[:2, :, :, :, 0], np.broadcast_to(expected, (2, T, H, W)))
    assert (clips.frames[2, :, :, :, 0] == _picture(1, 230)).all()
    assert (clips.background == BACKGROUND).all()


def test_what_is_cut_out_is_shown() -> None:
    assert (_overlaid().batch(0).frames[0, :, 3:, 3, 0] == 103).all()


def test_differences_of_a_single_layer_add_up() -> None:
    frames = _overlaid(summed=True).batch(0).frames[0, 0, :, :, 0]
    assert frames[1, 3] == 230 + 60 - 100
    assert frames[0, 3] == 60
    assert frames[4, 3] == 103
    twice = OverlaidClips(
        Fixed(_picture(1, 230), (False,)),
        Fixed(_picture(1, 200), (False,)),
        streams=range(1),
        cut_out=all_that_differs,
        summed=True,
    )
    assert twice.batch(0).frames.max() == 255


def test_a_stream_restarts_where_one_of_its_two_does() -> None:
    assert _overlaid().batch(0).restart.tolist() == [True, True, False]


def test_parts_of_the_batch_show_what_the_whole_shows() -> None:
    whole = _overlaid().batch(4)
    for streams in (range(1), range(1, 3), range(2, 3), range(3)):
        part = _overlaid().only(streams).batch(4)
        assert np.array_equal(part.frames, whole.frames[streams.start : streams.stop])
        assert np.array_equal(part.restart, whole.restart[streams.start : streams.stop])


def test_made_video_is_overlaid_with_streams_of_its_own() -> None:
    made = SpritesMOT(3, height=43, width=47)
    learned, held_out = split_made(made, 4, 5, overlaid=2)
    shown = learned.batch(6).frames
    plain = made.clip(TRAINING_STREAMS[:6], 30, 5).frames
    above = plain[4:]
    assert np.array_equal(shown[2:], plain[2:4])
    assert np.array_equal(shown[:2], np.where(above.any(axis=-1, keepdims=True), above, plain[:2]))
    assert (shown[:2] != plain[:2]).any()
    # Digits have soft borders and holes, and nothing trembles.
    assert isinstance(learned, OverlaidClips)
    assert learned.cut_out is all_that_differs
    assert isinstance(held_out, MadeClips)


def test_real_video_is_overlaid_with_another_episode() -> None:
    frames = np.full((90, 31, 43, 3), BACKGROUND, dtype=np.uint8)
    for t, frame in enumerate(frames):
        frame[t % 23 : t % 23 + 4, t % 40 : t % 40 + 3] = 200
    frames[:, 30, 20] = 220  # a speck
    scene = Scene(frames=frames, runs=[(0, 90)], background=frames[0] * 0 + BACKGROUND)
    learned, held_out = split_video([scene], 4, 5, seed=1, share=0.0, overlaid=3)
    plain = VideoClips([scene], 4, 5, seed=1)
    restarts = both = 0
    for step in range(30):
        shown, alone = learned.batch(step), plain.batch(step)
        assert np.array_equal(shown.frames[3], alone.frames[3])
        # Both episodes of a stream begin at the same step.
        assert np.array_equal(shown.restart, alone.restart)
        restarts += int(alone.restart.sum())
        count = (shown.frames == 200).all(axis=-1).sum(axis=(2, 3))
        assert 12 <= count[:3].min() <= count[:3].max() <= 24
        both += int((count[:3] == 24).sum())
        specks = (shown.frames == 220).all(axis=-1).sum(axis=(2, 3))
        assert specks.max() == 1  # of the lower clip
    assert restarts > 8
    assert both > 100
    assert isinstance(held_out, VideoClips)
