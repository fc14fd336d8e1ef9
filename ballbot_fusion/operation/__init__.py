"""What an operator does to live nodes: drive, arm, stop, look, set."""
