"""PPO by stable-baselines3, with the networks, checkpoints and export that DAgger has."""
