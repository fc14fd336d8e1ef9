"""The teacher: what a robot that knew the true state and the seen ground would do."""
