"""The Gymnasium environment ``BallbotFusion-v0``; importing this package registers it.

import gymnasium
import ballbot_fusion.training.env

env = gymnasium.make("BallbotFusion-v0", settings={"rollout": {"terrains": ["rough"]}})
observation, info = env.reset(seed=0)
"""

import gymnasium

ID = "BallbotFusion-v0"

gymnasium.register(
    id=ID,
    entry_point="ballbot_fusion.training.env.environment:BallbotEnv",
    vector_entry_point="ballbot_fusion.training.env.vector:BallbotVectorEnv",
)
