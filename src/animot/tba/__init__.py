"""Tracking-by-Animation (He et al., CVPR 2019): learn a tracker by redrawing the frames."""
