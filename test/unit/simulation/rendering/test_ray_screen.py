import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.ray_obstacles import (
    box_table,
    cylinder_table,
    nearest,
    within,
)
from ballbot_fusion.simulation.rendering.ray_screen import obstacle_image, pixel_ray
from ballbot_fusion.simulation.rendering.rays import Mount
from ballbot_fusion.simulation.terrain import Box, Cylinder

SIZE = (24, 16)
places = st.tuples(st.floats(-2.0, 2.0), st.floats(-2.0, 2.0), st.floats(-0.2, 0.8))
lengths = st.floats(0.02, 0.8)
boxes = st.builds(Box, places, st.tuples(lengths, lengths, lengths), st.floats(-3.2, 3.2))
cylinders = st.builds(Cylinder, places, lengths, lengths)
leans = st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4), st.floats(-3.1, 3.1))


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.one_of(boxes, cylinders), max_size=3), leans)
def test_rays_that_are_left_out_would_meet_nothing(obstacles: list, lean: tuple) -> None:
    mount = Mount(RobotConfig().cameras[0])
    eye, axes = mount.placed(np.zeros(3), rotation.from_rotation_vector(lean))
    lens = (eye, axes, mount.half_height * SIZE[0] / SIZE[1], mount.half_height)
    tables = box_table(obstacles), cylinder_table(obstacles)
    found = obstacle_image(*tables, lens, SIZE)
    for row, column in np.ndindex(found.shape):
        direction = pixel_ray(lens, SIZE, row, column)
        assert found[row, column] == nearest(*tables, eye, direction)


@settings(deadline=None)
@given(st.lists(st.one_of(boxes, cylinders), max_size=5), st.floats(0.1, 2.0), leans)
def test_obstacles_that_are_left_out_are_out_of_reach(
    obstacles: list, reach: float, lean: tuple
) -> None:
    eye = np.array([0.0, 0.0, 0.4])
    direction = np.array(rotation.rotate(rotation.from_rotation_vector(lean), (1.0, 0.0, 0.0)))
    tables = box_table(obstacles), cylinder_table(obstacles)
    all_of_them = nearest(*tables, eye, direction)
    near_ones = nearest(*within(*tables, eye, reach), eye, direction)
    assert near_ones == all_of_them or all_of_them > reach
