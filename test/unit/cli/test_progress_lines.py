"""Progress in a log file: few lines, each with count, rate and time left."""

import io

from rich.console import Console

from ballbot_fusion.cli.progress_lines import ProgressLines


class _Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def _lines(steps: int, step_s: float) -> list[str]:
    """Return what a task of ``steps`` steps of ``step_s`` seconds each prints."""
    text, clock = io.StringIO(), _Clock()
    bar = ProgressLines(Console(file=text, width=160), " steps", every_s=30.0)
    bar.get_time = clock
    with bar:
        task = bar.add_task("fit [1/2]", total=steps, note="")
        for _ in range(steps):
            clock.now_s += step_s
            bar.update(task, advance=1, note="loss 0.5")
        bar.update(task, note="done")
    return text.getvalue().splitlines()


def test_a_long_task_says_now_and_then_how_far_it_is_and_that_it_ended() -> None:
    assert _lines(100, 1.0) == [
        "fit [1/2]: 30/100, 1.0 steps/s, 0:00:30 gone, 0:01:10 left, loss 0.5",
        "fit [1/2]: 60/100, 1.0 steps/s, 0:01:00 gone, 0:00:40 left, loss 0.5",
        "fit [1/2]: 90/100, 1.0 steps/s, 0:01:30 gone, 0:00:10 left, loss 0.5",
        "fit [1/2]: 100/100, 1.0 steps/s, 0:01:40 gone, loss 0.5",
    ]


def test_a_short_task_says_only_that_it_ended() -> None:
    assert _lines(100, 0.01) == ["fit [1/2]: 100/100, 100.0 steps/s, 0:00:01 gone, loss 0.5"]


def test_steps_longer_than_the_pause_say_one_line_each() -> None:
    assert len(_lines(4, 40.0)) == 4
