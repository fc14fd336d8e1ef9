"""How long it takes until the motors get their first command."""

from ballbot_fusion.evaluation.results import Row, at_most
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.measures.setting import Setting

SECONDS, REPEATS = 5.0, 5
GOAL_S = 5.0


def run(setting: Setting) -> list[Row]:
    """Launch, wait for the arming (commands have flowed for a while by then), end; repeat."""
    passed = []
    for number in range(setting.repeats):
        log = setting.folder / f"{number}.log"
        with Launched("sim.launch.py", *setting.arguments, log=log) as launch:
            passed.append(launch.says("ARMED: armed"))
        setting.advance()
    return [at_most("sim.launch.py", "armed_after_s", passed, GOAL_S)]
