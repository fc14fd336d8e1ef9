"""PPO by stable-baselines3: the same networks, environment, checkpoints and export as DAgger has."""
