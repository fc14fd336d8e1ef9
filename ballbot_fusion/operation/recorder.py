"""The recorder switched on and off while it runs: by its lifecycle, as every ROS 2 tool can."""

from lifecycle_msgs.msg import State, Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.node import Node

from ballbot_fusion.operation.client import NobodyAnswersError, call

RECORDER = "recorder"


def record(node: Node, *, on: bool) -> tuple[bool, str]:
    """Begin a recording, or end the one that runs; return whether it is so now, and a sentence.

    Raises:
        NobodyAnswersError: no recorder runs.
    """
    wanted = State.PRIMARY_STATE_ACTIVE if on else State.PRIMARY_STATE_INACTIVE
    try:
        before = call(node, GetState, f"{RECORDER}/get_state", GetState.Request())
    except NobodyAnswersError:
        raise NobodyAnswersError(
            "No recorder runs. Launch with record:=FOLDER, or run `ballbot record FOLDER`."
        ) from None
    if before.current_state.id == wanted:
        return True, "recording already" if on else "nothing is recorded"
    step = Transition.TRANSITION_ACTIVATE if on else Transition.TRANSITION_DEACTIVATE
    request = ChangeState.Request(transition=Transition(id=step))
    done = call(node, ChangeState, f"{RECORDER}/change_state", request)
    if not done.success:
        return False, f"the recorder refused; it is {before.current_state.label}"
    return True, "a new recording began" if on else "the recording has ended"
