"""A run: so many hostile messages, in parts; failures are noted, and the run goes on."""

import gc
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from traceback import format_exception
from typing import Any

import rclpy
from hypothesis import HealthCheck, Phase, given, seed, settings
from rclpy.logging import LoggingSeverity, set_logger_level
from rclpy.signals import SignalHandlerOptions

from ballbot_fusion.fuzzing.bench import Bench
from ballbot_fusion.fuzzing.benches import BENCHES
from ballbot_fusion.fuzzing.recipes import Turn, turns
from ballbot_fusion.fuzzing.stand_in import Clock, quiet, standing_time

PART = 1000
"""Messages from one start of the nodes to the next; then good ones must be trusted again."""
MOST_PER_TURN = 6
PER_SCRIPT = 14
"""Messages that hypothesis draws at once, about."""
WARM_UP = 0.2
"""Share of the run after which memory counts: until then caches fill."""
GROWTH_MIB = 24.0
"""By how much the process may grow from there to the end. hypothesis itself is part of it."""
APART = ["--ros-args", "-r", "senses:__ns:=/senses"]
"""One process cannot have a topic of two types, and ``cmd_vel`` is of either."""
KEPT = 20
"""Failures that are told of."""
PAGE_MIB = 4096 / 2**20

Advance = Callable[[int], Any]


def resident_mib() -> float:
    """Memory of this process, MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MIB


@dataclass
class Found:
    """What a run found."""

    messages: Counter[str] = field(default_factory=Counter)
    """By type."""
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each field of each type was spoilt."""
    topics: dict[str, dict[str, str]] = field(default_factory=dict)
    """Topics and the names of their types, by bench."""
    nodes: list[str] = field(default_factory=list)
    """Modules of the nodes that were fed."""
    reasons: Counter[str] = field(default_factory=Counter)
    """What ticks refused, ``STREAM: REASON``."""
    drawn: int = 0
    """Messages that differ by what hypothesis drew."""
    dropped: int = 0
    """Damaged ones of topics that the middleware reads: not given to it."""
    unread: int = 0
    """Read by the middleware, refused by an intake."""
    refused: int = 0
    """Refused by a tick."""
    restarts: int = 0
    """How often good messages were trusted again only after a restart."""
    parts: int = 0
    interrupted: bool = False
    failures: list[str] = field(default_factory=list)
    failed: int = 0
    memory_mib: list[float] = field(default_factory=list)
    """After each part."""

    @property
    def growth_mib(self) -> float:
        """Memory at the end over that after the warm-up."""
        return self.memory_mib[-1] - self.memory_mib[int(WARM_UP * len(self.memory_mib))]

    def note(self, bench: Bench, error: BaseException, what: str) -> None:
        """Note a failure, and what came before it."""
        self.failed += 1
        if len(self.failures) < KEPT:
            trace = "".join(format_exception(error)[-6:])
            before = "\n".join(map(repr, bench.last))
            self.failures.append(f"{bench.name}, {what}:\n{trace}\nafter:\n{before[-4000:]}")


def _play(bench: Bench, script: Sequence[Turn], found: Found) -> None:
    for turn in script:
        try:
            bench.play(turn)
        except Exception as error:
            found.note(bench, error, "an exception left a callback")
            bench.restart()


def _part(bench: Bench, number: int, count: int, found: Found) -> None:
    """Feed about ``count`` messages, then see whether all was counted and the nodes recover."""
    bench.restart()
    drawn = settings(
        max_examples=-(-count // PER_SCRIPT), database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @drawn
    @seed(number)
    @given(turns(bench.kinds, MOST_PER_TURN))
    def feed(script: list[Turn]) -> None:
        _play(bench, script, found)

    feed()
    for what, check in (
        ("good messages are not trusted again", bench.recover),
        ("counts are wrong", bench.check_counts),
        ("diagnostics", bench.check_diagnostics),
    ):
        try:
            check()
        except Exception as error:
            found.note(bench, error, what)
    found.parts += 1
    gc.collect()
    found.memory_mib.append(resident_mib())


def _schedule(made: Sequence[tuple[Bench, int]], count: int) -> list[tuple[Bench, int]]:
    """Benches in turn, by their shares: (bench, messages) of every part."""
    rounds = max(count // (PART * sum(share for _, share in made)), 1)
    part = -(-count // (rounds * sum(share for _, share in made)))
    return [(bench, part) for _ in range(rounds) for bench, share in made for _ in range(share)]


def fuzz(
    count: int, *, policy: str = "default", first_seed: int = 0,
    advance: Advance = lambda _: None,
) -> Found:  # fmt: skip
    """Feed ``count`` messages or a few more to all nodes; ``advance`` hears how many were fed.

    Raises:
        FuzzError: a node refuses to be configured, for instance because of the policy.
    """
    # Given as a launch file gives it: paths are not taken from anybody else.
    arguments = [*APART, "-p", f"inference:policy:={policy}"]
    rclpy.init(args=arguments, signal_handler_options=SignalHandlerOptions.NO)
    set_logger_level("", LoggingSeverity.FATAL)
    clock, found = Clock(), Found()
    try:
        with standing_time(clock):
            with quiet():
                made = [(make(clock), share) for make, share in BENCHES.values()]
            gc.collect()
            gc.freeze()  # the nodes are no garbage: to look at them after every part takes long
            _feed(made, count, first_seed, found, advance)
            for bench, _ in made:
                _add(found, bench)
                bench.close()
    finally:
        gc.unfreeze()
        rclpy.try_shutdown()
    return found


def _feed(
    made: Sequence[tuple[Bench, int]], count: int, first_seed: int, found: Found, advance: Advance
) -> None:
    """Go through all parts; Ctrl-C ends it early, with what was found until then."""
    try:
        for number, (bench, part) in enumerate(_schedule(made, count)):
            before = bench.messages.total()
            with quiet():
                _part(bench, first_seed + number, part, found)
            advance(bench.messages.total() - before)
    except KeyboardInterrupt:
        found.interrupted = True


def _add(found: Found, bench: Bench) -> None:
    found.messages.update(bench.messages)
    found.fields.update(bench.fields)
    found.reasons.update(bench.reasons)
    found.topics[bench.name] = {topic: kind.__name__ for topic, kind in bench.kinds}
    found.nodes += [type(node).__module__ for node in bench.nodes]
    found.drawn += bench.drawn
    found.dropped += bench.dropped
    found.unread += bench.unread
    found.refused += bench.refused
    found.restarts += bench.restarts
