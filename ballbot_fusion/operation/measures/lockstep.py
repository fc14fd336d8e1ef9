"""Lockstep: the same bits twice, and as without ROS."""

from ballbot_fusion.evaluation.results import Row, share
from ballbot_fusion.evaluation.scenario import Scenario, build, chosen
from ballbot_fusion.operation.measures.setting import Setting
from ballbot_fusion.operation.measures.summaries import launched_summary

SECONDS, REPEATS = 20.0, 5
TERRAINS = ("flat", "rough")
PARTS = len(TERRAINS)
"""Runs per repeat, for the progress bar."""


def run(setting: Setting) -> list[Row]:
    """Run every seed twice through the graph and once without ROS."""
    rows = []
    for terrain in TERRAINS:
        upright, same = [], []
        for seed in range(setting.repeats):
            arguments = ("mode:=lockstep", f"terrain:={terrain}", f"seed:={seed}")
            runs = [
                launched_summary(setting, f"{terrain}_{seed}_{k}", setting.seconds, *arguments)
                for k in range(2)
            ]
            upright.append(all(not s["fell"] and s["policy_share"] == 1.0 for s in runs))
            hashes = {summary["trajectory_sha256"] for summary in runs}
            same.append(hashes == {_without_ros(setting, terrain, seed)})
            setting.advance()
        case = f"{terrain}, {setting.seconds:g} s"
        rows += [share(case, "upright", upright, 1.0), share(case, "same_bits", same, 1.0)]
    return rows


def _without_ros(setting: Setting, terrain: str, seed: int) -> str:
    scenario = Scenario(chosen(setting.policy), terrain, seed, setting.seconds)
    sha256: str = build(scenario).run(setting.seconds)["trajectory_sha256"]
    return sha256
