import numpy as np
import pytest

from animot.data.sprites_mot import SpritesMOT
from animot.metrics import evaluate
from animot.reproduce.tba.protocol import protocol_of, score
from animot.saved import load_model
from animot.tracker import Frame, track


def test_score_is_that_of_the_first_frames_of_the_test_stream() -> None:
    made, model, seen = SpritesMOT(77), load_model("sprites"), []
    scores = score(model, made, 40, lambda frame, _: seen.append(frame.index))
    images = made.clip([0], 0, 40).frames[0]
    frames = [Frame(index=i, time=i / 10, image=image) for i, image in enumerate(images)]
    expected = evaluate(track(model.tracker(model.cameras[0]), frames), made.tracks(0, 40))
    assert seen == list(range(40))
    assert scores["MOTA"] == pytest.approx(expected["MOTA"])
    assert scores["IDF1"] == pytest.approx(expected["IDF1"])
    assert scores["CLR_Frames"] == 40
    assert scores["MOTA"] > 0.5
    assert not any("/" in name for name in scores)
    assert all(np.isfinite(value) for value in scores.values())


def test_protocol_in_words() -> None:
    assert protocol_of(SpritesMOT(77), 40) == "40 frames of stream 0, seed 77, IoU 0.5"
    assert protocol_of(SpritesMOT(77)).startswith("10000 frames")
