"""The soak by the clock, without a graph: what is switched when, and which legs count."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from ballbot_fusion.evaluation.campaign.live_words import switched
from ballbot_fusion.evaluation.soak.chance import faults_of, of_bridges
from ballbot_fusion.evaluation.soak.soak import Legs
from ballbot_fusion.operation.soak import soak
from ballbot_fusion.operation.soak.graph import PROCESSES
from ballbot_fusion.operation.soak.plan import GraphSoakPlan
from ballbot_fusion.simulation.faults.fault import SENSORS
from ballbot_fusion.simulation.faults.order import orders_of

PLAN = GraphSoakPlan("policy.onnx", 1, 3.0, leg_s=1.0)


def test_every_fault_is_switched_on_when_its_time_comes_and_ends_by_itself() -> None:
    faults = faults_of(1, 0, 300.0, of_bridges())
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
        "without_effect": 0, "fell": False, "gone": [], "bad_commands": 0, "real_time_factor": 1.0,
    }  # fmt: skip
    return {**usual, **values}


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({}, True),
        ({"fell": True}, False),
        ({"gone": ["safety"]}, False),
        ({"bad_commands": 1}, False),
    ],
)
def test_verdicts(values: dict[str, Any], kept: bool) -> None:
    found = soak.amounts_to(PLAN, [leg(**values)])
    assert found["kept"] is kept
    assert found["gone"] == values.get("gone", [])


def test_what_one_process_holds_must_not_grow() -> None:
    grown = leg()
    for number, sample in enumerate(grown["samples"]):
        sample["safety handles"] += number
    found = soak.amounts_to(PLAN, [grown])
    assert [e["what"] for e in found["growth"] if e["verdict"] != "steady"] == [
        "safety: file handles"
    ]
    assert not found["kept"]


def test_a_leg_of_a_machine_that_did_not_keep_up_says_nothing() -> None:
    found = soak.amounts_to(PLAN, [leg(), leg(fell=True, real_time_factor=0.9)])
    assert (found["legs"], found["driven"], found["falls"], found["kept"]) == (1, 2, 0, True)


class Graph:
    """Stands for a launch; ``opened`` counts them."""

    opened = 0

    def __init__(self, plan: GraphSoakPlan, log: Path) -> None:
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


def test_one_launch_drives_until_it_falls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    legs, told = gone_on(monkeypatch, tmp_path, [leg(), leg(fell=True), leg(), leg()])
    assert [entry["process"] for entry in legs.found] == [1, 1, 2]
    assert told == [0.0, 1.0, 2.0, 3.0]
    assert Graph.opened == 2
    told_again = gone_on(monkeypatch, tmp_path, [])[1]
    assert (told_again, Graph.opened) == ([3.0], 0), "nothing is missing"


def test_what_does_not_count_is_driven_again_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = leg(real_time_factor=0.9)
    told = gone_on(monkeypatch, tmp_path / "once", [leg(), slow, slow, leg(), leg()])[1]
    assert told == [0.0, 1.0, 1.0, 1.0, 2.0, 3.0]
    with pytest.raises(RuntimeError, match=r"does not keep up: 3 legs in a row.*the last 0\.900"):
        gone_on(monkeypatch, tmp_path / "never", [slow] * 3)
