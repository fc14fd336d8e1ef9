from ballbot_fusion.evaluation.scenario import LQR, Scenario
from ballbot_fusion.evaluation.suites import hazard


def test_a_ball_that_touches_a_crate_is_no_success() -> None:
    """The robot stays upright against a low crate: a fall alone would not tell."""
    episode = hazard.run(Scenario(LQR, "crates", 1, seconds=20.0, cameras=False))
    assert episode["touched"]
    assert not episode["success"]
    found = {(row.case, row.metric): row.value for row in hazard.rows([episode])}
    assert found["unseen families", "no_fall_no_contact"] == 0.0
