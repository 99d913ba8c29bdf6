"""AttTrack: a strong teacher on key frames, a light student helped by it on the others."""
