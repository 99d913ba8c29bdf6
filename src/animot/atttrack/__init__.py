"""AttTrack: a strong teacher on every K-th frame, a light student on the others (second engine)."""
