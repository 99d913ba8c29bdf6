"""How learning to track by animation is known to fail, and what to do about each.

Limits were set where healthy runs (made digits and sprites, people on a road) never come near.
"""

from animot.ailment import Ailment
from animot.tba.config import TBAConfig


def ailments(config: TBAConfig) -> tuple[Ailment, ...]:
    """Known failures of such a model; their signs are those of `animot.tba.symptoms`."""
    warms_up = config.warm_up_steps > 0
    anew = "learn again with another --seed or a larger --size"
    elsewise = anew if warms_up else "if it stays so, learn with --preset fast, which warms up"
    known = [
        Ailment(
            name="confidences to zero",
            sign="confidence",
            per="moving",
            limit=0.1,
            above=False,
            seen="things move, but the largest confidence of a frame is {value:.3f} on average",
            advice=elsewise,
            re_warm=warms_up,
        ),
        Ailment(
            name="masks to nothing",
            sign="drawn",
            per="held",
            limit=0.05,
            above=False,
            seen="masks fill {percent:.1f} % of their boxes",
            advice=elsewise,
            re_warm=warms_up,
        ),
        Ailment(
            name="two trackers on one object",
            sign="doubled",
            per="crowded",
            limit=0.5,
            above=True,
            seen="so it is in {percent:.0f} % of the frames in which two trackers are on",
            advice=(
                "learn again with fewer --objects"
                if config.presence_weight > 0
                else "learn with --preset fast, in which a second tracker costs more than it draws"
            ),
        ),
        Ailment(
            name="one tracker over the image",
            sign="widest",
            per="moving",
            limit=0.2,
            above=True,
            seen="the largest box of a frame covers {percent:.0f} % of it",
            advice=(
                "unless objects are that large, check that camera and light stand still, and hide "
                "what flickers with --ignore"
            ),
        ),
        Ailment(
            name="background explains everything",
            sign="moving",
            per=None,
            limit=0.02,
            above=False,
            seen="something differs from it in {percent:.1f} % of the frames",
            advice=(
                "what stands still in most of a video is background: give a longer video in which "
                "things move, or a larger --size"
            ),
        ),
    ]
    if config.attention:
        known.append(
            Ailment(
                name="attention without gradient",
                sign="key_gradient",
                per="gradient",
                limit=1e-4,
                above=False,
                seen="what makes keys gets {value:.0e} of the gradient",
                advice=anew,
            )
        )
    if warms_up:  # without, the first drawings of an untrained model are worse than none
        known.append(
            Ailment(
                name="drawing does harm",
                sign="residual",
                per="energy",
                limit=1.1,
                above=True,
                seen="what is drawn is {value:.2f} times as far from the frames as the background",
                advice=anew,
                re_warm=True,
            )
        )
    return tuple(known)
