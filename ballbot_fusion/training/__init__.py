"""Teacher, DAgger and what they need: from a settings file to a trained policy."""
