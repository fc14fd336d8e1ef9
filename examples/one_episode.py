"""One episode without ROS: both cameras freeze while the robot drives, and what the policy is told.

    ./with-ros python examples/one_episode.py

Tick by tick this is what the nodes run: samples, judged and masked, a policy, safety, motors.
"""

from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.scenario import Scenario, build, chosen
from ballbot_fusion.simulation.faults import Fault

SECONDS = 4.0
FAULTS = (
    Fault("frozen", Source.CAMERA_0, start_s=1.0, stop_s=2.0),
    Fault("frozen", Source.CAMERA_1, start_s=1.5, stop_s=3.0),
)
SCENARIO = Scenario(
    policy=chosen("default"),
    terrain="rough",
    seed=1,
    seconds=SECONDS,
    velocity=(0.4, 0.0, 0.0),
    faults=FAULTS,
)


def main() -> None:
    """Run it; print whenever the mask changes, and how it went."""
    episode = build(SCENARIO)
    told: list[str] = []

    def each(tick: Tick) -> None:
        reasons = zip(tick.observation, tick.reasons, strict=True)
        masked = [f"{key}: {reason.text}" for key, reason in reasons if reason]
        if masked != told:
            seconds, forward = tick.state.now_ns * 1e-9, tick.estimate.velocity[0]
            print(f"{seconds:5.2f} s  {forward:5.2f} m/s  masked: {'; '.join(masked) or 'nothing'}")
            told[:] = masked

    for name, value in episode.run(SECONDS, each).items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
