"""Fusion architectures compared: speed, use of modalities, results; pages and pictures of them."""
