"""What is simulated together: a ground, what stands on it, and one robot on it or several alike."""

from functools import cached_property

import mujoco

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.model import BASE, GROUND, STARTS, build_model, prefix_of
from ballbot_fusion.simulation.terrain import Terrain


class World:
    """One physics. Each robot in it is advanced by a Simulation of its own."""

    def __init__(
        self,
        robot: RobotConfig,
        terrain: Terrain,
        drivetrain: str = "ideal",
        backlash_deg: float = 0.0,
        robots: int = 1,
    ) -> None:
        """Build the model of ``robots`` like ``robot`` on ``terrain``.

        Raises:
            ValueError: see build_model.
        """
        self.robot, self.terrain, self.robots = robot, terrain, robots
        self.model = build_model(robot, terrain, drivetrain, backlash_deg, robots)
        self.data = mujoco.MjData(self.model)

    def advance(self) -> None:
        """One millisecond, under what the motors were told and the forces that were applied."""
        # In this order everything but the accelerometer is that of the new state; the
        # accelerometer is that of the millisecond before it.
        mujoco.mj_step2(self.model, self.data)
        mujoco.mj_step1(self.model, self.data)


class Part:
    """What of a world is one robot's: shares of its arrays, and the names of its things."""

    def __init__(self, world: World, place: int = 0) -> None:
        """Of the robot ``place`` (0 is the first).

        Raises:
            ValueError: there is no such robot in the world.
        """
        if not 0 <= place < world.robots:
            raise ValueError(f"No robot {place} in a world of {world.robots}; the first is 0.")
        self.world, self.place = world, place
        self.prefix = prefix_of(place, world.robots)
        self.start = STARTS[place]
        """Where it stands at first, m."""
        model, data = world.model, world.data
        self.qpos = data.qpos[self._share(model.nq)]
        self.qvel = data.qvel[self._share(model.nv)]
        self.ctrl = data.ctrl[self._share(model.nu)]
        self.wheel_speeds = data.actuator_velocity[self._share(model.nu)]
        self.base = int(model.body(self.prefix + BASE).id)
        self.stand = data.mocap_pos[place], data.mocap_quat[place]
        """Where the stand holds base_link, m, and how turned (w, x, y, z)."""

    def _share(self, whole: int) -> slice:
        size = whole // self.world.robots
        return slice(self.place * size, (self.place + 1) * size)

    def reset(self) -> None:
        """Put it where and as it was built; the other robots go on."""
        model, data = self.world.model, self.world.data
        if self.world.robots == 1:
            mujoco.mj_resetData(model, data)
            return
        self.qpos[:] = model.qpos0[self._share(model.nq)]
        for array in (data.qvel, data.qacc, data.qacc_warmstart):
            array[self._share(model.nv)] = 0.0
        self.let_be()

    def let_be(self) -> None:
        """Neither drive nor push it from now on."""
        self.ctrl[:] = 0.0
        self.world.data.xfrc_applied[self.base] = 0.0

    @cached_property
    def geoms(self) -> frozenset[int]:
        """Everything of which it consists."""
        model = self.world.model
        return frozenset(
            geom
            for geom in range(model.ngeom)
            if model.geom_bodyid[geom]
            and model.body(int(model.geom_bodyid[geom])).name.startswith(self.prefix)
        )

    @cached_property
    def foreign(self) -> frozenset[int]:
        """What it must not touch: all but the ground and itself."""
        model = self.world.model
        return frozenset(range(model.ngeom)) - self.geoms - {int(model.geom(GROUND).id)}

    def contacts(self) -> list[list[int]]:
        """Return the pairs of geoms that touch, one of them its own."""
        pairs: list[list[int]] = self.world.data.contact.geom.tolist()
        if self.world.robots == 1:
            return pairs
        return [pair for pair in pairs if pair[0] in self.geoms or pair[1] in self.geoms]
