"""The preset `fast`: ours, which learns in minutes on two cores."""

from dataclasses import replace

from animot.tba.config import ConvLayer, TBAConfig
from animot.tba.departures import AttentionPriors, Persistence


def fast(
    *,
    frame_size: tuple[int, int],
    frame_channels: int,
    patch_size: tuple[int, int],
    num_trackers: int,
    num_layers: int = 3,
    scale_range: tuple[float, float] = (0.4, 0.4),
    presence_weight: float = 15.0,
    persistence: Persistence | None = None,
) -> TBAConfig:
    """Model that learns in minutes on two cores: strided extractor, priors, anchored pose.

    Parameters are those of `TBAConfig`; persistence None: a short one, for objects that cross.
    """
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
        persistence=persistence or Persistence(),
        anchor_reach=1.0,
        background_difference=True,
        normalize_features=True,
        premultiply=True,
        presence_weight=presence_weight,
        constancy_weight=0.3,
        warm_up_steps=150,
    )


FAST_SPRITES = replace(
    fast(
        frame_size=(128, 128),
        frame_channels=3,
        patch_size=(21, 21),
        num_trackers=4,
        scale_range=(0.2, 0.2),
    ),
    priors=AttentionPriors(motion=0.5),  # they are smaller than digits and people
    box_edge=0.5,
)

FAST_MNIST = replace(
    fast(
        frame_size=(128, 128),
        frame_channels=1,
        patch_size=(28, 28),
        num_trackers=4,
        num_layers=1,
        scale_range=(0.0, 0.0),
        presence_weight=5.0,
    ),
    fixed_scale=True,
    fixed_mask=True,
    clamp_reconstruction=True,
    entropy_weight=3.0,  # with mask 1, confidence is brightness too: it shall say yes or no
)
