"""Closed-loop suites without ROS, over the same core as on the robot, the safety included."""
