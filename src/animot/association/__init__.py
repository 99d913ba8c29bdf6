"""Association: a detector's boxes in, tracks out; for boxes of any source, and no engine's own."""
