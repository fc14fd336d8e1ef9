"""What the exit code of a node's process says to whoever started it."""

FAILED = 1
"""It ran, and could not go on. Another one may."""
REFUSED = 2
"""It did not begin: it refuses its parameters, or it is there already."""
STUCK = 3
"""It had ended in order, and did not get away from the middleware: nothing is lost."""
