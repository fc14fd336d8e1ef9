"""What the simulated sensors say, from the state of the simulation."""
