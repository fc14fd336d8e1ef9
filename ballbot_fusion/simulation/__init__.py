"""The MuJoCo ballbot: model, drivetrains, terrain, sensors, depth rendering."""

import os

# MuJoCo chooses its GL when it is imported. EGL needs no screen; a viewer opens its own window.
os.environ.setdefault("MUJOCO_GL", "egl")
