"""Episodes that were run before: a campaign of hours may be interrupted, extended, and go on."""

import json
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.scenario import NO_FILES, Scenario


class KeptError(ValueError):
    """A file of kept episodes cannot be used. The text says what, found, expected, what to do."""


class Kept:
    """A file to which episodes are added as they end, one JSON object a line.

    An episode is found again by everything that determines it: suite, policy and scenario. The
    code that ran it is not among that: its revision is written beside it.
    """

    def __init__(self, path: Path, suite: str, policy_sha256: str | None, revision: str) -> None:
        """Read what ``path`` holds, if there is such a file; add to it from now on.

        Raises:
            KeptError: a line of it is no episode.
        """
        self._path, self._suite = path, suite
        self._policy, self._revision = policy_sha256, revision
        self._found: dict[str, dict[str, Any]] = {}
        self.revisions: set[str] = set()
        """Of the episodes that were found or added."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._read(path.read_text(encoding="utf-8"))

    def _read(self, text: str) -> None:
        whole, _, rest = text.rpartition("\n")
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                entry = json.loads(line)
                self._found[entry["key"]] = {name: entry[name] for name in ("result", "revision")}
            except (ValueError, KeyError, TypeError) as error:
                raise KeptError(
                    f"{self._path}, line {number} is no episode ({type(error).__name__}). Give "
                    "another file with --keep, or delete this one to begin anew."
                ) from None
        if rest:  # an interrupt while it was written
            self._path.write_text(text[: len(text) - len(rest)], encoding="utf-8")

    def _key(self, scenario: Scenario) -> str:
        if scenario.policy not in NO_FILES:
            scenario = replace(scenario, policy=str(self._policy))
        text = f"{self._suite} {scenario!r}"
        if scenario.policy_faults:  # without them, the key is what it was before there were any
            text += f" {scenario.policy_faults!r}"
        if scenario.stop is not None:
            text += f" stop {scenario.stop!r}"
        if scenario.errors is not None:
            text += f" {scenario.errors!r}"
        if scenario.velocity_driver is not None:
            text += f" {scenario.velocity_driver!r}"
        if scenario.hardware:
            text += " hardware"
        return blake2b(text.encode(), digest_size=16).hexdigest()

    def find(self, scenario: Scenario) -> dict[str, Any] | None:
        """Return the result of an episode that was run before, or None."""
        entry = self._found.get(self._key(scenario))
        if entry is None:
            return None
        self.revisions.add(entry["revision"])
        found: dict[str, Any] = entry["result"]
        return found

    def add(self, scenario: Scenario, result: dict[str, Any]) -> None:
        """Write an episode that has just ended."""
        self.revisions.add(self._revision)
        entry = {"result": result, "revision": self._revision}
        self._found[self._key(scenario)] = entry
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": self._key(scenario), **entry}) + "\n")
