"""Types, as mypy sees them (rules: pyproject.toml)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_mypy(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--no-color-output", "--cache-dir", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, f"\n{result.stdout}{result.stderr}"
