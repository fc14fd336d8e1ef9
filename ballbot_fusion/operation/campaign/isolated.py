"""One run through the graph in a network namespace of its own: nobody else hears it.

python -m ballbot_fusion.operation.campaign.isolated POLICY SEED CASE FOLDER prints its figures.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.operation.campaign.upset import CannotBeDoneError, done

NOT_DONE = "not_done"
ENDS_S = 300.0
"""How long a run may take, s."""


def run_isolated(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Run ``scenario`` of the stage real_time there.

    Raises:
        CannotBeDoneError: this user may not make namespaces.
        RuntimeError: the run failed; the text is all that it said.
    """
    words = [scenario.policy, str(scenario.seed), scenario.case, str(folder)]
    done(("unshare", "--net", "true"))
    command = ["unshare", "--net", sys.executable, "-m", __name__, *words]
    result = subprocess.run(command, capture_output=True, text=True, timeout=ENDS_S, check=False)
    if result.returncode:
        raise RuntimeError(f"{scenario.case}, seed {scenario.seed}:\n{result.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    if reason := found.get(NOT_DONE):
        raise CannotBeDoneError(reason)
    return found


def _main() -> None:
    from ballbot_fusion.operation.campaign import real_time

    policy, seed, case, folder = sys.argv[1:]
    scenario = Scenario(policy, real_time.TERRAIN, int(seed), case=case)
    try:
        done(("ip", "link", "set", "lo", "up"))
        found = real_time.run_here(scenario, Path(folder))
    except CannotBeDoneError as error:
        found = {NOT_DONE: str(error)}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    _main()
