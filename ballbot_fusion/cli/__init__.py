"""The ``ballbot`` command: one file per verb."""
