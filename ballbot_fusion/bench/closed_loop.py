"""How much faster than real time `ballbot sim` is, with cameras and without."""

import time

from ballbot_fusion.bench.setting import Setting
from ballbot_fusion.bench.timing import Repeats
from ballbot_fusion.evaluation.scenario import Scenario, build, chosen

POLICY = "default"
SECONDS, QUICK_SECONDS = 10.0, 0.2
TERRAINS = ("flat", "rough")
METRIC = "real_time_factor"
CASES = {True: "sim {}, cameras 64x64", False: "sim {}, no cameras"}
GOALS = {(CASES[True].format("flat"), METRIC): 4.0, (CASES[False].format("flat"), METRIC): 20.0}
"""The command's own terrain."""


def _factor(scenario: Scenario) -> float:
    """Simulated over real time, from the stand to the end."""
    loop = build(scenario).loop
    loop.step()  # the first one compiles
    before_ns, begin = loop.plant.time_ns, time.perf_counter()
    loop.run(scenario.seconds, beyond_fall=True)
    return (loop.plant.time_ns - before_ns) * 1e-9 / (time.perf_counter() - begin)


def measure(setting: Setting, found: Repeats) -> list[str]:
    """Add a repeat of every case; return remarks."""
    policy = chosen(setting.policies[0] if setting.policies else POLICY)
    seconds = setting.sized(SECONDS, QUICK_SECONDS)
    for terrain in TERRAINS:
        for cameras, case in CASES.items():
            scenario = Scenario(policy, terrain, 0, seconds, cameras=cameras)
            found.add(case.format(terrain), {METRIC: _factor(scenario)})
    return ["sim: one core, all sensors at their rates, policy and safety at 200 Hz."]
