import pytest

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import DepthSample
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.evaluation.scenario import LQR, NO_FILES, Scenario, build
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.randomisation import varied
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.settings import DepthErrors, SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

ROBOT = RobotConfig()
KEY = "trajectory_sha256"


def test_only_the_simulated_robot_varies() -> None:
    """The LQR keeps the gains of the nominal robot, and MuJoCo has the drawn one."""
    nominal, random = (build(Scenario(LQR, seed=4, randomise=r)).loop for r in (False, True))
    drawn = varied(ROBOT, SimulationSettings(), 4)
    assert random.plant.simulation.robot == drawn.robot != ROBOT
    assert random.plant.simulation.settings == drawn.errors
    assert random.plant.simulation.model.body("ball").mass[0] == pytest.approx(
        drawn.robot.ball.mass
    )
    assert nominal.plant.simulation.robot == ROBOT
    assert random.driver._controller == nominal.driver._controller  # type: ignore[attr-defined]


def test_a_seed_stands_for_a_robot() -> None:
    def bits(seed: int, randomise: bool) -> str:
        scenario = Scenario(LQR, seed=seed, randomise=randomise, cameras=False)
        return str(build(scenario).run(0.2)[KEY])

    assert bits(4, True) == bits(4, True) != bits(4, False)
    assert bits(5, True) != bits(4, True)


@pytest.mark.parametrize("who", NO_FILES)
def test_who_is_no_file_drives_robots_with_colour_cameras(who: str) -> None:
    robot = with_cameras_for(ObservationSpec.of(["rgb_0", "rgb_1"]), ROBOT)
    episode = build(Scenario(who, cameras=False, robot=robot))
    assert not episode.run(0.2)["fell"]


@pytest.mark.parametrize("latency_s", [0.0, 0.01, 0.025])
def test_frames_arrive_when_the_settings_say(latency_s: float) -> None:
    settings = SimulationSettings(depth=DepthErrors(latency_s=latency_s))
    terrain = make_terrain("flat", 0)
    simulation = Simulation(ROBOT, terrain, seed=1, settings=settings)
    renderer, _ = make_renderer("rays", ROBOT, terrain)
    cameras = Cameras(ROBOT, renderer, seed=1, settings=settings, size=(8, 8))
    plant, ages = Plant(simulation, cameras), []
    for _ in range(40):
        samples = plant.advance((0.0, 0.0, 0.0))
        ages += [s.arrival_ns - s.stamp_ns for s in samples if isinstance(s, DepthSample)]
    assert len(ages) > 4
    # Those of a period arrive together at its end, 5 ms long.
    assert all(latency_s <= age * 1e-9 < latency_s + 0.005 for age in ages)
