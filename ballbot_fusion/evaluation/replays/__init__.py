"""Replay held to recordings of the graph: under which faults, by what, and how it came out."""
