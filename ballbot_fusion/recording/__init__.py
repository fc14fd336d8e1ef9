"""Recordings in MCAP: written, read, and what their messages mean to core. No ROS needed."""
