"""The soak by the clock, without a graph: what is switched when, and which legs count."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self, cast

import pytest

from ballbot_fusion.evaluation.campaign.live_words import switched
from ballbot_fusion.evaluation.campaign.tables import driven_in
from ballbot_fusion.evaluation.soak.chance import faults_of, survivable_on_bridge
from ballbot_fusion.evaluation.soak.soak import Legs
from ballbot_fusion.operation.client import NobodyAnswersError
from ballbot_fusion.operation.reported import Reported
from ballbot_fusion.operation.soak import leg as legs_module
from ballbot_fusion.operation.soak import soak
from ballbot_fusion.operation.soak.graph import PROCESSES, SoakGraph
from ballbot_fusion.operation.soak.leg import Leg
from ballbot_fusion.simulation.faults.fault import SENSORS
from ballbot_fusion.simulation.faults.order import orders_of

PLAN = soak.ClockSoak("policy.onnx", 1, 3.0, leg_s=1.0)


def test_every_fault_is_switched_on_when_its_time_comes_and_ends_by_itself() -> None:
    faults = faults_of(1, 0, 300.0, survivable_on_bridge())
    assert {fault.source for fault in faults} <= set(SENSORS)
    found = switched(faults)
    assert [at_s for at_s, _ in found] == sorted({fault.start_s for fault in faults})
    orders = [(at_s, order.fault) for at_s, words in found for order in orders_of(words)]
    assert len(orders) == len(faults)
    for (at_s, order), fault in zip(orders, faults, strict=True):
        assert (order.kind, order.source, order.size) == (fault.kind, fault.source, fault.size)
        assert at_s + order.stop_s == pytest.approx(fault.stop_s)
        assert order.start_s == 0.0


def leg(**values: Any) -> dict[str, Any]:
    held = {f"{name} {key}": 20.0 for name in PROCESSES for key, *_ in soak.HELD}
    samples = [{"at_s": 60.0 + 10.0 * n, "latency_ms": 1.3, **held} for n in range(40)]
    usual = {
        "leg": 0, "process": 1, "simulated_s": 1.0, "samples": samples, "faults": 30,
        "without_effect": 0, "fell": False, "broke": "", "bad_commands": 0, "policy_share": 0.9,
        "real_time_factor": 1.0,
    }  # fmt: skip
    return {**usual, **values}


BROKEN = leg(leg=1, broke="safety ended", real_time_factor=0.0)
SLOW = leg(leg=1, fell=True, real_time_factor=0.9)


@pytest.mark.parametrize(
    ("legs", "kept"),
    [
        ([leg()], True),
        ([leg(fell=True)], False),
        ([leg(), BROKEN], False),
        ([leg(bad_commands=1)], False),
        ([leg(without_effect=1)], False),
        ([leg(), SLOW], True),
        ([leg(), {**SLOW, "bad_commands": 1}], False),
        ([], False),
    ],
    ids=["well", "fell", "ended", "bad command", "no effect", "slow", "slow and bad", "nothing"],
)
def test_verdicts(legs: list[dict[str, Any]], kept: bool) -> None:
    found = soak.amounts_to(PLAN, legs)
    assert found["kept"] is kept
    assert found["broke"] == ["leg 1: safety ended"] * (BROKEN in legs)


def test_what_one_process_holds_must_not_grow() -> None:
    grown = leg()
    for number, sample in enumerate(grown["samples"]):
        sample["safety handles"] += number
    found = soak.amounts_to(PLAN, [grown])
    assert [e["what"] for e in found["growth"] if e["verdict"] != "steady"] == [
        "safety: file handles"
    ]
    assert not found["kept"]


def test_it_is_told_in_a_sentence() -> None:
    found = soak.amounts_to(PLAN, [leg(), leg(policy_share=0.75, real_time_factor=0.99), BROKEN])
    said = driven_in(found)
    assert said.startswith("2 s by the clock, 60 faults (0 without effect), 2 legs, 0 falls")
    assert "the policy drove 75.0 % of a leg at least; least real-time factor 0.990" in said
    assert said.endswith("1 legs did not count; broke: leg 1: safety ended")
    assert driven_in(soak.amounts_to(PLAN, [])).startswith("0 s by the clock, 0 faults")


class Graph:
    """Stands for a launch; ``opened`` counts them."""

    opened = 0

    def __init__(self, plan: soak.ClockSoak, log: Path) -> None:
        Graph.opened += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None: ...


def gone_on(
    monkeypatch: pytest.MonkeyPatch, folder: Path, driven: list[dict[str, Any]]
) -> tuple[Legs, list[float]]:
    """Drive a soak whose legs become what ``driven`` says, one after another."""
    coming = iter(driven)
    monkeypatch.setattr(soak, "SoakGraph", Graph)
    monkeypatch.setattr(soak, "drive_leg", lambda *_: next(coming))
    monkeypatch.setattr(Graph, "opened", 0)
    legs, told = Legs(folder / "legs.jsonl", PLAN, None), list[float]()
    soak.go_on(PLAN, legs, told.append, folder)
    return legs, told


@pytest.mark.parametrize("ends", [{"fell": True}, {"broke": "safety ended", "simulated_s": 0.0}])
def test_one_launch_drives_until_a_leg_ends_early(
    ends: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    legs, told = gone_on(monkeypatch, tmp_path, [leg(), leg(**ends), leg(), leg()])
    missing = int("broke" in ends)
    assert [entry["process"] for entry in legs.found] == [1, 1, 2, 2][: 3 + missing]
    assert told == ([1.0, 1.0, 2.0, 3.0] if missing else [1.0, 2.0, 3.0])
    assert Graph.opened == 2
    assert gone_on(monkeypatch, tmp_path, [])[1] == [], "nothing is missing"
    assert Graph.opened == 0


def test_what_does_not_count_is_made_up_for_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = gone_on(monkeypatch, tmp_path / "once", [leg(), SLOW, BROKEN, leg(), leg()])[1]
    assert told == [1.0, 1.0, 1.0, 2.0, 3.0]
    words = r"3 legs in a row were lost: a real-time factor of 0\.900, expected 0\.98; "
    words += r"safety ended; the robot fell\. .*soak_3\.log has what the launch said"
    with pytest.raises(RuntimeError, match=words):
        gone_on(monkeypatch, tmp_path / "never", [SLOW, BROKEN, leg(fell=True)])


class Driven:
    """Stands for the graph of a leg: it says what ``faults`` says, and breaks when it is asked."""

    def __init__(self, breaks_at: str = "", ended: bool = False) -> None:
        self.faults = {7: Reported(7, "imu nan for 1", "over", 5)}
        self.fell = False
        self.steps = (100, 100)
        self.asked: list[str] = []
        self._breaks_at, self._ended = breaks_at, ended

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what == self._breaks_at:
            raise NobodyAnswersError(f"{what}: nobody answers")

    @contextmanager
    def steered(self, speed: float) -> Iterator[SimpleNamespace]:
        self._ask("steered")
        yield SimpleNamespace(ended=self._ended)

    def switch(self, words: str) -> None:
        self._ask(f"switch {words}".strip())

    def check(self) -> None:
        self._ask("check")

    def look(self) -> dict[str, Any]:
        self._ask("look")
        return {"latency_ms": 1.0}

    def await_recovery(self) -> None:
        self._ask("recovery")

    def pass_time(self) -> None:
        time.sleep(0.01)
        self.steps = (self.steps[0] + 4, self.steps[1] + 3)
        self.faults[8] = Reported(8, "imu nan for 1", "over", 0)
        self.faults[9] = Reported(9, "imu nan for 1", "cleared", 0)


def driven_leg(monkeypatch: pytest.MonkeyPatch, graph: Driven) -> tuple[Leg, str]:
    monkeypatch.setattr(legs_module, "LAST_WORDS_S", 0.02)
    plan = replace(PLAN, leg_s=0.2, sample_s=0.05)
    told: list[float] = []
    leg = Leg(cast(SoakGraph, graph), plan, 0, 40.0, told.append)
    broke = leg.drive(0.4)
    assert [40.0 + now_s for now_s in told] == [sample["at_s"] for sample in leg.samples]
    return leg, broke


def test_a_leg_ends_without_faults_and_counts_those_of_its_own_that_came_to_their_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = Driven()
    driven, broke = driven_leg(monkeypatch, graph)
    assert (broke, driven.spoilt) == ("", [0])
    assert driven.policy_share == pytest.approx(0.75)
    assert graph.asked[-2:] == ["switch", "recovery"]
    assert driven.samples[0]["at_s"] >= 40.05


@pytest.mark.parametrize("at", ["steered", "check", "look", "switch", "recovery"])
def test_what_breaks_ends_a_leg_and_is_said(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert driven_leg(monkeypatch, Driven(breaks_at=at))[1] == f"{at}: nobody answers"


def test_a_leg_that_nobody_steers_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert driven_leg(monkeypatch, Driven(ended=True))[1] == "whoever steered ended"
