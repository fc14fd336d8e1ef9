"""Mistakes, by what they are of."""
