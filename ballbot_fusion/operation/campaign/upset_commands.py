"""Commands from elsewhere, and policies that are exchanged while one drives."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ballbot_fusion.core.resources import share
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upset import Upset
from ballbot_fusion.operation.parameters import write
from ballbot_fusion.operation.triggers import trigger

LASTS_S = 3.0
HOSTILE_HZ = 200
OTHER = "other.onnx"
_PUBLISH = """
import sys, time
from sensor_msgs.msg import JointState
from ballbot_fusion.nodes import qos
from ballbot_fusion.operation.client import client
with client(name="hostile") as node:
    publisher = node.create_publisher(JointState, "motor_commands", qos.COMMAND)
    names = [f"wheel_{k}_joint" for k in range(3)]
    print("here", flush=True)
    while True:
        publisher.publish(JointState(name=names, effort=[0.2, 0.2, 0.2]))
        time.sleep(1.0 / float(sys.argv[1]))
"""


def _second_publisher(live: Live) -> None:
    command = [sys.executable, "-c", _PUBLISH, str(HOSTILE_HZ)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as hostile:
        try:
            assert hostile.stdout is not None
            hostile.stdout.readline()
            live.count_from_now()
            live.pass_time(LASTS_S)
        finally:
            hostile.kill()


@contextmanager
def _folder_of_policies(folder: Path) -> Iterator[Around]:
    """Allow policies of a folder of the run; begin with the default one."""
    place = folder / "policies"
    place.mkdir(parents=True)
    shutil.copy(policy_path("default"), place / OTHER)
    config = folder / "config"
    shutil.copytree(share() / "config", config)
    inference = config / "inference.yaml"
    text = inference.read_text(encoding="utf-8")
    old = "    policy_folders: "
    if old not in text:
        raise RuntimeError(f"{inference} names no policy_folders, expected {old.strip()!r}.")
    lines = [f'{old}["{place}"]' if line.startswith(old) else line for line in text.splitlines()]
    inference.write_text("\n".join(lines) + "\n", encoding="utf-8")
    yield Around((f"config:={config}",))


def _load(live: Live) -> tuple[bool, str]:
    write(live.node, "/inference", {"policy": str(live.folder / "policies" / OTHER)})
    return trigger(live.node, "inference/load_policy")


def _exchange(live: Live) -> None:
    live.count_from_now()
    done, said = _load(live)
    if not done:
        raise RuntimeError(f"The policy was not exchanged: {said}")
    live.pass_time(LASTS_S)


def _load_broken(live: Live) -> None:
    import numpy as np
    import onnx

    path = live.folder / "policies" / OTHER
    model = onnx.load(path)
    weights = next(t for t in model.graph.initializer if t.name.endswith("weight"))
    values = onnx.numpy_helper.to_array(weights).copy()
    values.flat[0] = np.nan
    weights.CopyFrom(onnx.numpy_helper.from_array(values, weights.name))
    onnx.save(model, path)
    live.count_from_now()
    done, said = _load(live)
    if done or "not finite" not in said:
        raise RuntimeError(f"A policy with NaN weights must be refused; the answer was: {said}")
    live.pass_time(LASTS_S)


UPSETS = {
    "second publisher of motor commands": Upset(_second_publisher),
    "policy exchanged while driving": Upset(_exchange, _folder_of_policies),
    "policy with NaN weights loaded": Upset(_load_broken, _folder_of_policies),
}
"""By the name of the row in core/reactions/computer.py."""
