"""Tables and figures of AttTrack: teacher, students and how they take turns."""
