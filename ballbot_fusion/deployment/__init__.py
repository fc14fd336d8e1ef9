"""From a trained network to a file that says what it needs, and back to actions."""
