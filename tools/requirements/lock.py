#!/usr/bin/env python3
"""Writes the lock files: every package that with-ros installs, with its version.

    tools/requirements/lock.py                      for each Python it finds on PATH
    tools/requirements/lock.py python3.11 python3.12
    tools/requirements/lock.py --upgrade            also newer versions of what is locked already

Reads ros-DISTRO.in, run.in, train.in and test.in; writes DISTRO-run.lock, and DISTRO-train.lock and
DISTRO-test.lock with what those need on top. Everything is resolved together, so the three always
fit. A version that differs between Pythons gets a marker. Run it by hand, when an .in file changes:
what is locked keeps its version, so that one new package does not bring new versions of all others.
"""

import argparse
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
DISTROS = ("kilted", "jazzy")
PYTHONS = ("python3.11", "python3.12", "python3.13")
CUDA = re.compile(r"nvidia-|cuda-|triton")
"""What torch's CUDA build needs: which build it is, pip's configuration decides, not the lock."""


def sources(distro: str) -> dict[str, list[Path]]:
    """Group -> its .in files, in the order in which the groups are installed."""
    run = [HERE / f"ros-{distro}.in", HERE / "run.in"]
    return {"run": run, "train": [HERE / "train.in"], "test": [HERE / "test.in"]}


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


def locked(distro: str, version: str) -> dict[str, str]:
    """Package -> version in the locks as they are, for a Python such as 3.11."""
    found = {}
    for group in sources(distro):
        path = HERE / f"{distro}-{group}.lock"
        for line in path.read_text().splitlines() if path.exists() else []:
            pin, _, marker = line.partition(" ; ")
            if "==" in pin and (not marker or f'"{version}"' in marker):
                name, _, number = pin.partition("==")
                found[name] = number
    return found


def resolve(distro: str, python: str, keep: dict[str, str]) -> dict[str, dict[str, str]]:
    """Group -> pins that it adds to the groups before it; those in ``keep`` stay as they are."""
    groups, known, files = {}, {}, []
    everything = [f for fs in sources(distro).values() for f in fs]
    together = pins(pip_report(python, everything, keep))
    for group, more in sources(distro).items():
        files += more
        now = pins(pip_report(python, files, together))
        groups[group] = {n: v for n, v in now.items() if n not in known}
        known = now
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
    parser = argparse.ArgumentParser(description="Write the lock files.")
    parser.add_argument("pythons", nargs="*", help="default: each that is on PATH")
    parser.add_argument("--upgrade", action="store_true", help="keep no version that is locked")
    arguments = parser.parse_args()
    pythons = arguments.pythons or [p for p in PYTHONS if shutil.which(p)]
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    versions = {
        subprocess.run([p, "-c", ask], check=True, capture_output=True, text=True).stdout.strip(): p
        for p in pythons
    }
    for distro in DISTROS:
        keep = {v: {} if arguments.upgrade else locked(distro, v) for v in versions}
        found = {v: resolve(distro, python, keep[v]) for v, python in versions.items()}
        for group in sources(distro):
            text = lines({version: groups[group] for version, groups in found.items()})
            header = f"# Made by tools/requirements/lock.py for Python {', '.join(found)}.\n"
            path = HERE / f"{distro}-{group}.lock"
            path.write_text(header + "\n".join(text) + "\n")
            print(f"{path.name}: {len(text)} packages")


if __name__ == "__main__":
    main()
