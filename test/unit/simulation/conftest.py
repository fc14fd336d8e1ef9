"""MuJoCo chooses its GL when first imported; this import makes that EGL for all tests here."""

import ballbot_fusion.simulation  # noqa: F401
