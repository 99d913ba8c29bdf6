"""The presets: `paper` is Table 3 to the letter, `fast` is ours."""

from animot.tba.config import AttentionPriors, ConvLayer, TBAConfig


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


def fast(
    *,
    frame_size: tuple[int, int],
    frame_channels: int,
    patch_size: tuple[int, int],
    num_trackers: int,
    num_layers: int = 3,
    scale_range: tuple[float, float] = (0.4, 0.4),
    presence_weight: float = 15.0,
) -> TBAConfig:
    """Model that learns in minutes on two cores: strided extractor, priors, anchored pose."""
    return TBAConfig(
        frame_size=frame_size,
        frame_channels=frame_channels,
        layers=(
            ConvLayer(channels=32, kernel=(4, 4), stride=4),
            ConvLayer(channels=64, kernel=(3, 3), stride=2),
            ConvLayer(channels=128, kernel=(3, 3)),
            ConvLayer(channels=32, kernel=(1, 1)),
        ),
        patch_size=patch_size,
        state_size=128,
        hidden_size=256,
        num_trackers=num_trackers,
        num_layers=num_layers,
        scale_range=scale_range,
        adaptive_computation=False,
        tightness_weight=0.0,
        priors=AttentionPriors(),
        anchor_reach=1.0,
        background_difference=True,
        normalize_features=True,
        premultiply=True,
        presence_weight=presence_weight,
        warm_up_steps=150,
    )


FAST_SPRITES = fast(
    frame_size=(128, 128),
    frame_channels=3,
    patch_size=(21, 21),
    num_trackers=4,
    scale_range=(0.2, 0.2),
)
