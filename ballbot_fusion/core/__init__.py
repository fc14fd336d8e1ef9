"""What is sensed, aligned and trusted. No ROS, no torch, no clock of its own.

Time comes in as integer nanoseconds.
"""
