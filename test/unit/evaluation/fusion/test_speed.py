from types import SimpleNamespace

from support.recorded import SPEC, recorded

from ballbot_fusion.evaluation.fusion.speed import SETTLING_ROUNDS, TICKS, speed


class Counting:
    """A policy that writes down when it was asked, and with how many new frames."""

    spec = SPEC

    def __init__(self, name: str, log: list[tuple[str, int]]) -> None:
        self._name, self._log = name, log

    def act(self, observation: object, mask: object, fresh: list[str]) -> SimpleNamespace:
        self._log.append((self._name, len(fresh)))
        return SimpleNamespace()


def test_policies_take_turns_and_frames_come_once_a_round() -> None:
    log: list[tuple[str, int]] = []
    runtimes = {name: Counting(name, log) for name in ("a", "b", "c")}
    rows = speed(runtimes, recorded(), 5)  # type: ignore[arg-type]
    assert len(log) == (SETTLING_ROUNDS + 5) * TICKS * 3
    firsts = [log[turn * 3 * TICKS][0] for turn in range(3)]
    assert firsts == ["a", "b", "c"], "nobody is always first"
    assert [fresh for _, fresh in log[:TICKS]] == [2, 0, 0, 0, 0, 0, 0]
    counts = {(row.case, row.metric): row.n for row in rows}
    assert counts["b", "no_frames_p50_us"] == 5 * (TICKS - 1)
    assert counts["b", "new_frames_p99_us"] == 5
    assert len(rows) == 3 * 4
