"""What is wrong with a robot's drivers or its robot file, told from what they publish. No ROS."""
