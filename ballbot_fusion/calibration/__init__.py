"""What a robot file should say, told from what the robot's sensors say. No ROS, no clock."""
