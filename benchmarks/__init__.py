"""Side-by-side timings; they assert accuracy, never an absolute time."""
