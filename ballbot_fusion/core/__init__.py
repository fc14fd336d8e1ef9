"""What is sensed, aligned and trusted. No ROS, no torch, no clock: time comes in as integer nanoseconds."""
