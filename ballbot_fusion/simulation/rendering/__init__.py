"""Depth as the cameras would see it, and pictures for people."""
