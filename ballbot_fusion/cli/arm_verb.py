"""Let commands through to the motors, when every precondition holds.

It waits until safety says ARMED (or FALLBACK, when the policy is silent); otherwise it says what is
missing. After a fault or an emergency stop it clears that first.
"""

import argparse

from ballbot_fusion.cli.live import add_live, run_trigger

EXAMPLE = "ballbot arm"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Arm; exit code 1 when safety does not."""
    return run_trigger(arguments, "safety/arm", ("ARMED", "FALLBACK"))
