"""config/train: every file can be trained, and architectures are compared by one recipe."""

from pathlib import Path

import pytest
from support.policies import keys_of

from ballbot_fusion.core.settings import load
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.table import ARCHITECTURES, build
from ballbot_fusion.training.settings import TrainSettings

CONFIG = Path(__file__).parents[3] / "config" / "train"
TOLD = {"language"}
"""Told in words, they need roll-outs of their own."""
REMEMBERS = {"lstm"}
"""Fitted to streams, which are not reflected."""
DEAREST = {"hierarchical"}
"""As many steps as of the others would take two cores more than 20 minutes: it gets fewer, and its
images are encoded in bfloat16. The comparison says so."""


@pytest.mark.parametrize("path", sorted(CONFIG.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_recipe_names_an_architecture_and_settings_that_it_has(path: Path) -> None:
    settings = load(TrainSettings, path)
    assert settings.name == path.stem
    build(settings.architecture, ObservationSpec.of(settings.keys), settings.policy)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architectures_are_trained_alike(name: str) -> None:
    """As concat is, once more, from given roll-outs: they differ in name and network alone.

    Those that look back see what the others do, and the past that they need.
    """
    recipe, measure = (load(TrainSettings, CONFIG / f"{n}.yaml") for n in (name, "concat_again"))
    differing = {"name": name, "architecture": name, "policy": recipe.policy}
    differing["keys"] = keys_of(name, measure.keys)
    if name in TOLD:
        own = ("keys", "rollout", "stills", "dagger", "fit")
        differing |= {field: getattr(recipe, field) for field in own}
        assert recipe.dagger.rounds == measure.dagger.rounds
        assert recipe.fit.batch == measure.fit.batch
    if name in REMEMBERS:
        differing["fit"] = measure.fit.model_copy(update={"mirrored_share": 0.0})
    if name in DEAREST:
        own = ("steps_per_round", "final_steps", "mixed_precision")
        fewer = {field: getattr(recipe.fit, field) for field in own}
        differing["fit"] = measure.fit.model_copy(update=fewer)
        assert recipe.steps < measure.steps
    if name == "concat":
        assert recipe.architecture == measure.architecture == name
    else:
        assert recipe == measure.model_copy(update=differing)
