"""Reproducing both papers: their experiments on made video, ours beside the printed numbers."""
