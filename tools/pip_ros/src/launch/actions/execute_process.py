"""A process of the launch."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from launch._refuse import unsupported_value
from launch.action import Action
from launch.substitution import SomeSubstitutions, performed
from launch.substitutions import LaunchConfiguration

if TYPE_CHECKING:
    from launch.event_handlers import Reaction
    from launch.launch_context import LaunchContext

OUTPUTS = {"screen": ("stdout", "stderr"), "both": ("stdout", "stderr"), "log": ("stderr",)}
"""Which streams of a process are shown."""

_count = itertools.count(1)


class ExecuteProcess(Action):
    """Starts a process, shows its output, starts it again if asked to, and ends it at the end."""

    def __init__(
        self,
        *,
        cmd: Iterable[SomeSubstitutions],
        name: SomeSubstitutions | None = None,
        cwd: SomeSubstitutions | None = None,
        additional_env: Mapping[SomeSubstitutions, SomeSubstitutions] | None = None,
        output: SomeSubstitutions = "log",
        respawn: bool | SomeSubstitutions = False,
        respawn_delay: float | None = None,
        sigterm_timeout: SomeSubstitutions | None = None,
        sigkill_timeout: SomeSubstitutions | None = None,
        on_exit: Reaction = None,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.cmd = list(cmd)
        self.label = name
        self.cwd = cwd
        self.additional_env = dict(additional_env or {})
        self.output = output
        self.respawn = respawn
        self.respawn_delay = respawn_delay or 0.0
        self.sigterm_timeout = sigterm_timeout or LaunchConfiguration("sigterm_timeout", default=5)
        self.sigkill_timeout = sigkill_timeout or LaunchConfiguration("sigkill_timeout", default=5)
        self.on_exit = on_exit

    def execute(self, context: LaunchContext) -> None:
        """Start it."""
        if context.is_shutdown:
            return
        from launch.process import Process  # it needs this class

        context.service.start(Process(self, context))

    def final_cmd(self, context: LaunchContext) -> list[str]:
        """The command with everything substituted."""
        return [performed(context, part) for part in self.cmd]

    def final_name(self, context: LaunchContext, executable: str) -> str:
        """The label of the process: its own or its executable's, and a number."""
        name = Path(executable).name if self.label is None else performed(context, self.label)
        return f"{name}-{next(_count)}"

    def final_env(self, context: LaunchContext) -> dict[str, str]:
        """The environment that it gets."""
        more = {
            performed(context, k): performed(context, v) for k, v in self.additional_env.items()
        }
        return {**context.environment, **more}

    def final_respawn(self, context: LaunchContext) -> bool:
        """Whether it is started again when it ends before the launch does."""
        if isinstance(self.respawn, bool):
            return self.respawn
        return performed(context, self.respawn).lower() in ("true", "1")

    def shown(self, context: LaunchContext) -> tuple[str, ...]:
        """Which of its streams are shown."""
        output = context.environment.get("OVERRIDE_LAUNCH_PROCESS_OUTPUT")
        output = output or performed(context, self.output)
        return OUTPUTS.get(output) or unsupported_value("output", output, OUTPUTS)
