"""Mistakes of the computer: the policy it runs, and what else."""

from dataclasses import replace

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.deployment.contract import check_robot
from ballbot_fusion.deployment.policy_file import PolicyFileError, PolicyMetadata
from ballbot_fusion.doctor.observed import Observed, Processor
from ballbot_fusion.evaluation.doctor.mistakes.planted import Planted, Random, planted, with_wheels


def policy_of_another_robot(random: Random, owner: RobotConfig) -> Planted:
    """The policy was trained for other motors, other names, or cameras that see further."""
    first, second = owner.cameras
    what = int(random.integers(3))
    other = (
        with_wheels(owner, max_torque=owner.wheels.max_torque * float(random.uniform(1.2, 3.0))),
        with_wheels(owner, joint_names=("a_joint", "b_joint", "c_joint")),
        owner.model_copy(update={"cameras": (first.model_copy(update={"max_range": 4.0}), second)}),
    )[what]
    trained = PolicyMetadata.of("other", "concat", ObservationSpec.of(DEPLOYED_KEYS), other, 200.0)
    try:
        check_robot(trained, owner, "other.onnx")
        why = ""
    except PolicyFileError as error:
        why = str(error)
    words = ("torque", "names", "range")[what]
    return planted(
        "policy of another robot", words, "policy", {"policy"},
        seen=lambda observed: replace(observed, policy=why),
    )  # fmt: skip


def processor_starved(random: Random, _owner: RobotConfig) -> Planted:
    """Others take the processor: ticks come late, or nothing is left."""
    free, late = float(random.uniform(0.0, 0.05)), float(random.uniform(0.05, 0.5))

    def seen(observed: Observed) -> Observed:
        first, last = observed.said[0], observed.said[-1]
        counted = float(last["inference"]["ticks"]) - float(first["inference"]["ticks"])
        ended = str(float(last["inference"]["late_ticks"]) + late * counted)
        slow = {**last, "inference": {**last["inference"], "late_ticks": ended}}
        return replace(observed, said=(first, slow), processor=Processor(2, free))

    words = f"{free:.0%} free, {late:.0%} more of the ticks late"
    return planted("CPU starved", words, "processor: load", {"computer"}, seen=seen)
