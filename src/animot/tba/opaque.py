"""What trackers would draw if they were sure of it. Ours.

A confidence is brightness, too: a tracker of half a confidence that exaggerates the colours draws
an object as well as one that is sure and has the right ones, and costs half. So what trackers hold
is drawn a second time with a confidence of 1, which only the right colours can do; and with these,
only a sure tracker can draw the object.
"""

from dataclasses import replace

from animot.tba.output import TrackerOutput

# Of a confidence, above which something is held. A tracker that draws nothing yet stays free.
HELD = 0.3


def as_if_sure(output: TrackerOutput) -> TrackerOutput:
    """The same with confidences of 1 for what is held, and of 0; they get no gradient."""
    return replace(output, confidence=(output.confidence.detach() > HELD).to(output.pose.dtype))
