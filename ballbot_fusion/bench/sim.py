"""What the simulator manages without ROS: physics, depth images, the closed loop, many robots.

Each part is a file of its own; all take turns, repeat by repeat.
"""

from ballbot_fusion.bench import closed_loop, environments, physics, renderers
from ballbot_fusion.bench.setting import Outcome, Setting
from ballbot_fusion.bench.timing import Repeats
from ballbot_fusion.evaluation.results import Row

REPEATS = 5
GOALS = {**closed_loop.GOALS, **environments.GOALS}


def run(setting: Setting) -> Outcome:
    """Measure all parts, then all again."""
    found, remarks = Repeats(), dict[str, None]()
    parts = (physics, renderers, closed_loop, environments)
    setting.expect(setting.repeats * len(parts))
    for number in range(setting.repeats):
        for part in parts:
            remarks.update(dict.fromkeys(part.measure(setting, found)))
            setting.advance(f"{part.__name__.rpartition('.')[2]} {number + 1}")
    rows: list[Row] = found.rows(GOALS, least=True)
    sees = setting.policies[0] if setting.policies else closed_loop.POLICY
    return Outcome(rows, sees, None, list(remarks))
