"""The command `ros2` with the verbs `launch` and `run`."""
