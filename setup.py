"""Installs ballbot_fusion as an ament_python package; colcon and pip both read this file."""

from pathlib import Path

from setuptools import find_packages, setup

PACKAGE = "ballbot_fusion"
NODES = (
    "mujoco_bridge", "camera_bridge", "inference", "failing_inference", "safety", "monitor",
    "recorder", "player",
)  # fmt: skip
"""Executables; functions of ballbot_fusion.nodes.executables."""


def shared(folder: str) -> list[tuple[str, list[str]]]:
    """Everything below ``folder``, for the same place below share/ballbot_fusion."""
    files: dict[str, list[str]] = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            files.setdefault(f"share/{PACKAGE}/{path.parent.as_posix()}", []).append(str(path))
    return sorted(files.items())


setup(
    name=PACKAGE,
    version="0.1.0",
    description="A fused multi-modal ballbot policy, from training to a robot that stays upright",
    author="ballbot_fusion maintainers",
    author_email="maintainers@users.noreply.r-seed-ddcd13a2.example",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=[f"{PACKAGE}*"]),
    package_data={PACKAGE: ["**/*.html", "**/*.css", "**/*.js", "**/*.xml", "**/*.yaml"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{PACKAGE}"]),
        (f"share/{PACKAGE}", ["package.xml"]),
        *shared("launch"),
        *shared("config"),
        *shared("models"),
    ],
    install_requires=["setuptools"],
    extras_require={
        "test": ["pytest", "pytest-timeout", "pytest-xdist", "hypothesis", "ruff", "mypy"],
        "dashboard": ["nicegui==3.18.0"],
        "language": ["wordllama==0.4.0.post1", "safetensors", "tokenizers"],
        "train": [
            "torch",
            "onnxscript",
            "stable-baselines3",
            "tensorboard",
            "matplotlib",
            "jinja2",
        ],
    },
    entry_points={
        "console_scripts": [
            f"ballbot = {PACKAGE}.cli.main:main",
            *(f"{name} = {PACKAGE}.nodes.executables:{name}" for name in NODES),
            f"dashboard = {PACKAGE}.dashboard.executable:main",
        ],
    },
)
