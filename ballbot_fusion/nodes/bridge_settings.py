"""Parameters of the simulation's two processes."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from ballbot_fusion.nodes.lifecycle import NodeSettings
from ballbot_fusion.nodes.namespaces import MOST_ROBOTS
from ballbot_fusion.simulation.driver_side import DriverSettings
from ballbot_fusion.simulation.faults.order import orders_of
from ballbot_fusion.simulation.settings import SimulationSettings


class WorldSettings(NodeSettings):
    """What the bridge and its cameras must agree on."""

    profile: Literal["simulation", "hardware"] = "simulation"
    """hardware: nothing but what drivers offer, as they offer it; see nodes/bridge_drivers.py."""
    drivers: DriverSettings = DriverSettings()
    """What the profile hardware is made of."""

    robot: str = ""
    """Robot file; empty: the robot that config/robot.yaml describes."""
    terrain: str = "flat"
    """Ground; see simulation/terrain."""
    seed: int = Field(0, ge=0)
    """Terrain, initial tilt, noise and biases follow from it."""
    robots: int = Field(1, ge=1, le=MOST_ROBOTS)
    """How many robots share the world; see nodes/bridge_world.py."""
    place: int = Field(0, ge=0, lt=MOST_ROBOTS)
    """Which of them this is; 0 is the first."""
    lockstep: bool = False
    """Wait for the nodes after every control period instead of for the clock."""
    recorded: bool = False
    """Lockstep: wait for the recorder, too, before the first tick."""
    errors: SimulationSettings = SimulationSettings()
    """Errors of sensors and motors."""

    @model_validator(mode="after")
    def _place_in_the_world(self) -> Self:
        if self.place >= self.robots:
            raise ValueError(f"place is {self.place}, expected less than robots, {self.robots}")
        return self

    @property
    def own_seed(self) -> int:
        """Of everything that is this robot's own, not the ground: else they would be twins."""
        return self.seed + self.place


class BridgeSettings(WorldSettings):
    """Parameters of the MuJoCo bridge."""

    drivetrain: str = "ideal"
    """How wheel torques reach the ball; see simulation/drivetrains."""
    control_rate: int = Field(200, gt=0, le=1000)
    """Lockstep: control periods per second, Hz."""
    duration: float = Field(0.0, ge=0.0)
    """End this long after arming, s of simulated time; 0: run until told to stop."""
    watchdog_s: float = Field(0.04, gt=0.0)
    """Without a command for this long the motors get zero, as a motor driver does, s."""
    push_force: float = Field(40.0, ge=0.0, le=500.0)
    """Force of a push, N."""
    push_direction_deg: float = 0.0
    """Direction of a push in the world, degrees from x."""
    push_duration_s: float = Field(0.1, gt=0.0, le=2.0)
    """Length of a push, s."""
    viewer: bool = False
    """Open MuJoCo's viewer; that needs a screen."""
    lose: str = Field("", pattern=r"^$|^(imu|joints|policy):[1-9][0-9]*$")
    """Lockstep, to test it: imu:1500 loses that IMU message; joints:N, policy:N likewise."""
    faults: str | tuple[str, ...] = ""
    """Faults of sensors, such as "camera_0 frozen for 3; imu nan size 0.1", or a list of them."""
    ready_timeout_s: float = Field(30.0, gt=0.0)
    """Lockstep: how long to wait for the nodes at the start, s of real time."""

    @field_validator("faults")
    @classmethod
    def _faults_that_can_be(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        orders_of(given)
        return given

    @model_validator(mode="after")
    def _lose_in_lockstep(self) -> Self:
        if self.lose and not self.lockstep:
            raise ValueError(f"lose is {self.lose!r}, which needs lockstep (mode:=lockstep)")
        return self


class CameraSettings(WorldSettings):
    """Parameters of the camera process."""

    width: int = Field(64, ge=8, le=1280)
    """Pixels."""
    height: int = Field(64, ge=8, le=960)
    """Pixels."""
    renderer: Literal["auto", "egl", "rays"] = "auto"
    """auto: rays where they are fast enough, else the faster of the two."""
    pre_rendered: int = Field(0, ge=0, le=300)
    """Publish a ring of this many frames rendered at the start; 0: render every frame."""
