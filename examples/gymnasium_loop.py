"""A deployed policy in the Gymnasium environment, on terrain and seeds of your choice.

    ./with-ros --extra train python examples/gymnasium_loop.py

Put your own agent where the policy is; `gymnasium.make_vec` steps many robots on all cores.
"""

import gymnasium

import ballbot_fusion.training.env  # noqa: F401, registers BallbotFusion-v0
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime

EPISODES = 3


def main() -> None:
    """Run a few episodes; print the return of each, and why it ended."""
    policy = PolicyRuntime.load(policy_path("default"), RobotConfig())
    settings = {
        "keys": list(policy.spec.keys),
        "rollout": {"terrains": ["pillars"], "episode_s": 5.0},
    }
    env = gymnasium.make("BallbotFusion-v0", settings=settings)
    for seed in range(EPISODES):
        observation, _ = env.reset(seed=seed)
        policy.reset()
        total, over = 0.0, False
        while not over:
            mask = observation.pop("mask")
            action = policy.act(observation, mask).action
            observation, reward, terminated, truncated, info = env.step(action)
            total, over = total + float(reward), terminated or truncated
        ending = "fell" if info["fell"] else "touched" if info["touched"] else "time is up"
        print(f"seed {seed}: return {total:.1f}, {ending}")
    env.close()


if __name__ == "__main__":
    main()
