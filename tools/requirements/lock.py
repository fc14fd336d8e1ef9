#!/usr/bin/env python3
"""Writes the lock files: every package that with-ros installs, with its version.

    tools/requirements/lock.py            needs uv: pip install uv
    tools/requirements/lock.py jazzy      this distribution alone
    tools/requirements/lock.py --upgrade  also newer versions of what is locked already

Reads ros-DISTRO.in, run.in, dashboard.in, train.in and test.in; writes DISTRO-run.lock, on top of
it DISTRO-dashboard.lock and DISTRO-train.lock, and on top of all DISTRO-test.lock. Everything is
resolved together, so that they always fit. A version that differs between Pythons gets a marker.
Run it by hand, when an .in file changes: what is locked keeps its version, so that one new package
does not bring new versions of all others.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
DISTROS = ("kilted", "jazzy")
PYTHONS = ("3.11", "3.12", "3.13")
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


def pins(text: str) -> dict[str, str]:
    """Package -> version, without local versions such as +cpu, of lines such as `name==1.2`."""
    lines = (line.split(";")[0].strip() for line in text.splitlines())
    found = (line.partition("==") for line in lines if "==" in line)
    named = sorted((canonical(name), version.split("+")[0]) for name, _, version in found)
    return {name: version for name, version in named if not CUDA.match(name)}


def resolved(python: str, files: list[Path], keep: dict[str, str]) -> dict[str, str]:
    """Package -> version of all that ``files`` need, with the versions in ``keep``."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "keep")
        kept.write_text("".join(f"{name}=={version}\n" for name, version in keep.items()))
        command = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
        command += ["--python-version", python, "--constraint", kept, *files]
        return pins(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def locked(distro: str, python: str) -> dict[str, str]:
    """Package -> version in the locks as they are."""
    found: dict[str, str] = {}
    for group in sources(distro):
        path = HERE / f"{distro}-{group}.lock"
        text = path.read_text() if path.exists() else ""
        marked = (line for line in text.splitlines() if ";" not in line or f'"{python}"' in line)
        found |= pins("\n".join(marked))
    return found


def resolve(distro: str, python: str, keep: dict[str, str]) -> dict[str, dict[str, str]]:
    """Group -> pins that it adds to those that are there before it; ``keep`` stays as it is."""
    groups: dict[str, dict[str, str]] = {}
    files = sources(distro)
    together = resolved(python, [file for group in files.values() for file in group], keep)
    for group, before in BEFORE.items():
        needed = [file for name in (*before, group) for file in files[name]]
        known = {name for earlier in before for name in groups[earlier]}
        now = resolved(python, needed, together)
        groups[group] = {name: v for name, v in now.items() if name not in known}
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


def main() -> int:
    """Resolve for every distribution and Python, then write the files."""
    parser = argparse.ArgumentParser(description="Write the lock files.")
    parser.add_argument("distros", nargs="*", default=DISTROS, help="default: all")
    parser.add_argument("--upgrade", action="store_true", help="keep no version that is locked")
    arguments = parser.parse_args()
    if shutil.which("uv") is None:
        print("lock.py: uv is not on PATH, and resolves the packages: pip install uv")
        return 1
    for distro in arguments.distros:
        keep = {python: {} if arguments.upgrade else locked(distro, python) for python in PYTHONS}
        found = {python: resolve(distro, python, keep[python]) for python in PYTHONS}
        for group in sources(distro):
            text = lines({python: groups[group] for python, groups in found.items()})
            header = f"# Made by tools/requirements/lock.py for Python {', '.join(found)}.\n"
            path = HERE / f"{distro}-{group}.lock"
            path.write_text(header + "\n".join(text) + "\n")
            print(f"{path.name}: {len(text)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
