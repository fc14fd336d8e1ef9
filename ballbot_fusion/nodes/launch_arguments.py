"""Arguments that several launch files have, described once: what DeclareLaunchArgument is given."""

from typing import Any

SHARED: dict[str, dict[str, Any]] = {
    "policy": {
        "default_value": "default",
        "description": "Name of a policy in models/, or the path of an .onnx file.",
    },
    "config": {
        "default_value": "",
        "description": "Folder with the nodes' parameter files; empty: the package's config/.",
    },
    "namespace": {
        "default_value": "",
        "description": "Namespace of all nodes and topics, such as robot_1; empty: none.",
    },
    "network": {
        "default_value": "local",
        "choices": ["local", "lan"],
        "description": "local: this machine only (127.0.0.1); lan: every network interface.",
    },
    "rviz": {
        "default_value": "false",
        "choices": ["true", "false"],
        "description": "true: RViz, too (config/layouts/ballbot.rviz); needs rviz2 and a screen.",
    },
    "dashboard": {
        "default_value": "false",
        "choices": ["true", "false"],
        "description": "true: the robot on a web page, http://127.0.0.1:8080.",
    },
    "dashboard_port": {"default_value": "8080", "description": "Port of the web page."},
}
"""By name."""
