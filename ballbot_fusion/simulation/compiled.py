"""Compilation by numba, kept on disk between runs."""

from numba import njit

compiled = njit(cache=True, error_model="numpy")
"""Decorator. A division by zero gives infinity, as in numpy: to look for it takes a third more."""
