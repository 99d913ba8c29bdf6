"""Reproducing the paper: its experiments on made video, ours beside the printed numbers."""
