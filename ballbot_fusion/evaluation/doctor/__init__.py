"""The doctor examined: mistakes planted in the simulated hardware, and what it makes of them."""
