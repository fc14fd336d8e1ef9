"""The calibration proven: offsets planted in the simulated hardware, and what it makes of them."""
