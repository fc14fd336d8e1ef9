"""The ROS 2 nodes: they convert messages, call core and publish. One file per node."""
