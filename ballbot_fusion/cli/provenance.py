"""Where a result comes from: revision, command, versions."""

import platform
import shlex
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ballbot_fusion.core.resources import share

PACKAGES = ("numpy", "mujoco", "onnxruntime", "torch")


def revision() -> str:
    """Git revision of the checkout, ``+changes`` when files differ; ``unknown`` outside one."""
    git = ["git", "-C", str(share())]
    try:
        head = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changes = subprocess.run(
            [*git, "status", "--porcelain", "-uno", "--", "ballbot_fusion", "config"],
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head}+changes" if changes else head


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def portable(command: str) -> str:
    """Shorten absolute paths in ``command`` to their last part: others have other folders."""
    words = shlex.split(command)
    return shlex.join(Path(word).name if Path(word).is_absolute() else word for word in words)


def provenance(command: str) -> dict[str, Any]:
    """Return what a reader needs to make the result again; ``command`` made it."""
    return {
        "command": portable(command),
        "revision": revision(),
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }
