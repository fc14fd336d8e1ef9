"""What people get wrong when they describe, wire or mount a robot; drawn at random."""

from collections.abc import Callable

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.evaluation.doctor.mistakes import cameras, computer, graph, imu, wheels
from ballbot_fusion.evaluation.doctor.mistakes.planted import Planted, Random

MISTAKES: tuple[Callable[[Random, RobotConfig], Planted], ...] = (
    graph.topic_missing,
    graph.wrong_type,
    graph.quality_that_cannot_match,
    graph.half_rate,
    graph.clock_offset,
    graph.wrong_frame,
    imu.imu_axes_swapped,
    imu.imu_upside_down,
    imu.gyro_in_degrees,
    wheels.wheels_in_another_order,
    wheels.encoder_sign,
    wheels.motor_sign,
    wheels.encoder_in_ticks,
    cameras.depth_scale,
    cameras.cameras_swapped,
    cameras.camera_rotated,
    computer.policy_of_another_robot,
    computer.processor_starved,
)
"""All eighteen."""
