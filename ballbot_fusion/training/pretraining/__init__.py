"""What camera encoders may learn before anybody says what to do with it."""

METHODS = {
    "autoencoder": "ballbot_fusion.training.pretraining.autoencoder",
    "contrastive": "ballbot_fusion.training.pretraining.contrastive",
}
"""Module with a class ``Task(policy, settings)`` by name."""
