"""Steer the robot: arrow keys or W A S D, Z and C sideways, space to stand, Q to quit.

Half a second without a key means standing. With --for it drives that long and ends, for scripts.
The robot's own limits of speed and acceleration apply to what is sent.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress

from ballbot_fusion.cli.live import add_live, in_namespace, join
from ballbot_fusion.cli.output import people, write_json
from ballbot_fusion.cli.usage import finite, positive

EXAMPLE = "ballbot drive --vx 0.3 --for 5"
BY_KEYS = (0.4, 0.2, 0.6)
"""Speeds that keys mean where none is given: m/s, m/s, rad/s."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--vx", type=finite, help="forward, m/s; by keys 0.4, else 0")
    parser.add_argument("--vy", type=finite, help="to the left, m/s; by keys 0.2, else 0")
    parser.add_argument("--yaw", type=finite, help="turning left, rad/s; by keys 0.6, else 0")
    parser.add_argument("--for", type=positive, dest="seconds", help="drive for so many seconds")
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Drive by keys, or for a set time."""
    from ballbot_fusion.operation.steering import for_seconds
    from ballbot_fusion.operation.teleop import Teleop

    given = (arguments.vx, arguments.vy, arguments.yaw)
    topic = in_namespace(arguments, "cmd_vel")
    if arguments.seconds is None:
        return _by_keys(arguments, topic, given)
    x, y, z = (value or 0.0 for value in given)
    teleop = Teleop(join(arguments), topic)
    teleop.follow(for_seconds((x, y, z), arguments.seconds))
    done = {"velocity": [x, y, z], "seconds": arguments.seconds, "sent": teleop.sent}
    write_json(arguments.json, done)
    return 0


def _by_keys(arguments: argparse.Namespace, topic: str, given: tuple[float | None, ...]) -> int:
    """Drive until Q or Ctrl-C: both are the normal end."""
    from ballbot_fusion.operation.keyboard import keys
    from ballbot_fusion.operation.steering import from_keys
    from ballbot_fusion.operation.teleop import Teleop

    x, y, z = (
        usual if value is None else value for value, usual in zip(given, BY_KEYS, strict=True)
    )
    with keys() as read:
        teleop = Teleop(join(arguments), topic)
        people.print(__doc__)
        with suppress(KeyboardInterrupt):
            teleop.follow(from_keys(read, (x, y, z)), _shown())
    sys.stderr.write("\n")
    write_json(arguments.json, {"speeds": [x, y, z], "sent": teleop.sent})
    return 0


def _shown() -> Callable[[tuple[float, float, float]], None]:
    def show(velocity: tuple[float, float, float]) -> None:
        x, y, yaw = velocity
        sys.stderr.write(f"\r  vx {x:+.2f} m/s  vy {y:+.2f} m/s  yaw {yaw:+.2f} rad/s ")
        sys.stderr.flush()

    return show
