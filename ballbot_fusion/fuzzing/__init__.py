"""Nonsense for every topic: messages drawn by hypothesis through the real nodes, without DDS."""
