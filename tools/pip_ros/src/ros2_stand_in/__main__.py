"""The command `ros2`; imports what it needs only when Ctrl-C is sure to end it quietly."""

import os
import signal
from importlib import import_module


def main() -> int:
    """Run the command line; nothing has been started yet that an early Ctrl-C would have to end."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    code: int = import_module("ros2_stand_in.main").main()
    return code


if __name__ == "__main__":
    raise SystemExit(main())
