"""The ballbot command as a process of its own, as an operator has it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def ballbot(*words: str, limit_s: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end, which may take ``limit_s``."""
    command = [sys.executable, "-m", "ballbot_fusion.cli.main", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit_s)


def data_of(*words: str, limit_s: float = 60.0) -> Any:
    """What a verb that must succeed says with --json."""
    result = ballbot(*words, "--json", "-", limit_s=limit_s)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
