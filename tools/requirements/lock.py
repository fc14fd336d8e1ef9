#!/usr/bin/env python3
"""Writes the lock files: every package that with-ros installs, with its version.

    tools/requirements/lock.py                      for each Python it finds on PATH
    tools/requirements/lock.py python3.11 python3.12

Reads ros-DISTRO.in, run.in, dashboard.in, train.in and test.in; writes DISTRO-run.lock, on top of
it DISTRO-dashboard.lock and DISTRO-train.lock, and on top of all DISTRO-test.lock. Everything is
resolved together, so that they always fit. A version that differs between Pythons gets a marker.
Run it by hand, when an .in file changes.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
DISTROS = ("kilted", "jazzy")
PYTHONS = ("python3.11", "python3.12", "python3.13")
BEFORE = {
    "run": (),
    "dashboard": ("run",),
    "train": ("run",),
    "test": ("run", "dashboard", "train"),
}
"""Groups, each with those that are there when it is installed."""
CUDA = re.compile(r"nvidia-|cuda-|triton")
"""What torch's CUDA build needs: which build it is, pip's configuration decides, not the lock."""


def sources(distro: str) -> dict[str, list[Path]]:
    """Group -> its .in files, in the order in which the groups are installed."""
    run = [HERE / f"ros-{distro}.in", HERE / "run.in"]
    return {
        "run": run,
        "dashboard": [HERE / "dashboard.in"],
        "train": [HERE / "train.in"],
        "test": [HERE / "test.in"],
    }


def canonical(name: str) -> str:
    """The form of a package's name in which two spellings of it are equal."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pip_report(python: str, files: list[Path], constraints: dict[str, str]) -> list[dict]:
    """What pip would install into an empty environment, without installing it."""
    with tempfile.TemporaryDirectory() as folder:
        environment, pinned = Path(folder, "venv"), Path(folder, "constraints.txt")
        subprocess.run([python, "-m", "venv", environment], check=True)
        pinned.write_text("".join(f"{n}=={v}\n" for n, v in constraints.items()))
        command = [environment / "bin/pip", "install", "-qq", "--dry-run", "--ignore-installed"]
        command += ["--report", "-", "-c", pinned, *(a for f in files for a in ("-r", f))]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[
            "install"
        ]


def pins(report: list[dict]) -> dict[str, str]:
    """Package -> version, without local versions such as +cpu."""
    found = {canonical(i["metadata"]["name"]): i["metadata"]["version"] for i in report}
    return {n: v.split("+")[0] for n, v in sorted(found.items()) if not CUDA.match(n)}


def resolve(distro: str, python: str) -> dict[str, dict[str, str]]:
    """Group -> pins that it adds to the groups that are installed before it."""
    groups: dict[str, dict[str, str]] = {}
    files = sources(distro)
    together = pins(pip_report(python, [f for fs in files.values() for f in fs], {}))
    for group, before in BEFORE.items():
        needed = [f for name in (*before, group) for f in files[name]]
        now = pins(pip_report(python, needed, together))
        known = {name for earlier in before for name in groups[earlier]}
        groups[group] = {n: v for n, v in now.items() if n not in known}
    return groups


def lines(by_python: dict[str, dict[str, str]]) -> list[str]:
    """One line for each package and version, with a marker where Pythons differ."""
    out = []
    for name in sorted({name for found in by_python.values() for name in found}):
        versions: dict[str, list[str]] = {}
        for python, found in by_python.items():
            if name in found:
                versions.setdefault(found[name], []).append(python)
        for version, pythons in versions.items():
            marker = " or ".join(f'python_version == "{p}"' for p in pythons)
            everywhere = len(pythons) == len(by_python)
            out.append(f"{name}=={version}" + ("" if everywhere else f" ; {marker}"))
    return out


def main() -> None:
    """Resolve for every distribution and Python, then write the files."""
    pythons = sys.argv[1:] or [p for p in PYTHONS if shutil.which(p)]
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    versions = {
        subprocess.run([p, "-c", ask], check=True, capture_output=True, text=True).stdout.strip(): p
        for p in pythons
    }
    for distro in DISTROS:
        found = {version: resolve(distro, python) for version, python in versions.items()}
        for group in sources(distro):
            text = lines({version: groups[group] for version, groups in found.items()})
            header = f"# Made by tools/requirements/lock.py for Python {', '.join(found)}.\n"
            path = HERE / f"{distro}-{group}.lock"
            path.write_text(header + "\n".join(text) + "\n")
            print(f"{path.name}: {len(text)} packages")


if __name__ == "__main__":
    main()
