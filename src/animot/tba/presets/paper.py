"""The preset `paper`: Table 3 to the letter."""

from animot.tba.config import ConvLayer, TBAConfig


def _synthetic_layers(feature_size: int) -> tuple[ConvLayer, ...]:
    return (
        ConvLayer(channels=32, kernel=(5, 5), map_size=(64, 64)),
        ConvLayer(channels=64, kernel=(3, 3), map_size=(32, 32)),
        ConvLayer(channels=128, kernel=(1, 1), map_size=(16, 16)),
        ConvLayer(channels=256, kernel=(3, 3), map_size=(8, 8)),
        ConvLayer(channels=feature_size, kernel=(1, 1)),
    )


PAPER_SPRITES = TBAConfig(
    frame_size=(128, 128),
    frame_channels=3,
    layers=_synthetic_layers(20),
    patch_size=(21, 21),
    state_size=80,
    hidden_size=377,
    num_trackers=4,
    num_layers=3,
    scale_range=(0.2, 0.2),
)

PAPER_MNIST = TBAConfig(
    frame_size=(128, 128),
    frame_channels=1,
    layers=_synthetic_layers(50),
    patch_size=(28, 28),
    state_size=200,
    hidden_size=397,
    num_trackers=4,
    num_layers=1,
    scale_range=(0.0, 0.0),
    fixed_scale=True,
    fixed_mask=True,
    clamp_reconstruction=True,
)

PAPER_DUKE = TBAConfig(
    frame_size=(108, 192),
    frame_channels=3,
    layers=(
        ConvLayer(channels=32, kernel=(5, 5)),
        ConvLayer(channels=128, kernel=(5, 3), map_size=(36, 64)),
        ConvLayer(channels=256, kernel=(5, 3), map_size=(18, 32)),
        ConvLayer(channels=512, kernel=(3, 1), map_size=(9, 16)),
        ConvLayer(channels=200, kernel=(1, 1)),
    ),
    patch_size=(23, 9),
    state_size=800,
    hidden_size=818,
    num_trackers=10,
    num_layers=3,
    scale_range=(0.4, 0.4),
)
