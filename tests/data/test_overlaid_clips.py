from dataclasses import dataclass

import numpy as np

from animot.data.clips import Clips, MadeClips
from animot.data.overlaid_clips import OverlaidClips
from animot.data.split import TRAINING_STREAMS, split_made
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


def _overlaid(*, summed: bool = False) -> OverlaidClips:
    """Three streams with a bright row 1; over the first two a column that is dark or faint."""
    above = np.full((H, W), BACKGROUND, dtype=np.uint8)
    above[:3, 3] = 60
    above[3:, 3] = 103
    return OverlaidClips(
        Fixed(_picture(1, 230), (False, True, False)),
        Fixed(above, (True, False)),
        streams=range(2),
        summed=summed,
    )


def test_the_upper_clip_hides_the_lower() -> None:
    clips = _overlaid().batch(0)
    expected = _picture(1, 230)
    expected[:3, 3] = 60
    expected[3:, 3] = 103
    assert np.array_equal(clips.frames[:2, :, :, :, 0], np.broadcast_to(expected, (2, T, H, W)))
    assert (clips.frames[2, :, :, :, 0] == _picture(1, 230)).all()
    assert (clips.background == BACKGROUND).all()


def test_differences_of_a_single_layer_add_up() -> None:
    frames = _overlaid(summed=True).batch(0).frames[0, 0, :, :, 0]
    assert frames[1, 3] == 230 + 60 - 100
    assert frames[0, 3] == 60
    assert frames[4, 3] == 103
    twice = OverlaidClips(
        Fixed(_picture(1, 230), (False,)),
        Fixed(_picture(1, 200), (False,)),
        streams=range(1),
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
    assert isinstance(learned, OverlaidClips)
    assert isinstance(held_out, MadeClips)
