"""Recordings are made under every kind of fault that the table of reactions has."""

from math import isfinite

import pytest

from ballbot_fusion.core.reactions import REACTIONS, TOGETHER
from ballbot_fusion.core.samples import Source
from ballbot_fusion.evaluation.campaign.live_words import in_words
from ballbot_fusion.evaluation.replays.cases import CASES, ReplayCase, later
from ballbot_fusion.simulation.faults import Fault
from ballbot_fusion.simulation.faults.order import kinds_of, orders_of


@pytest.mark.parametrize("source", [Source.IMU, Source.ENCODERS, Source.CAMERA_0])
def test_every_kind_of_a_stream_has_a_recording(source: Source) -> None:
    alone = [case.faults[0] for case in CASES.values() if len(case.faults) == 1]
    found = {fault.kind for fault in alone if fault.source is source}
    assert found == set(kinds_of(source)) == {row.kind for row in REACTIONS[source]}


def test_so_have_all_faults_that_come_together_and_none() -> None:
    assert {several.name for several in TOGETHER} < CASES.keys()
    assert CASES["no fault"].faults == ()
    assert len(CASES) >= 20


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_the_bridge_understands_them_and_they_end(case: ReplayCase) -> None:
    for fault in later(case.faults, 1.25):
        (order,) = orders_of(in_words(fault))
        assert order.fault.kind == fault.kind
        assert isfinite(order.fault.stop_s)
        assert order.fault.stop_s == pytest.approx(fault.stop_s)


def test_a_part_of_them_has_some_of_each_group() -> None:
    groups = {case.group for case in CASES.values()}
    assert {case.group for case in list(CASES.values())[: len(groups)]} == groups


def test_later_moves_all_but_what_lacks_from_the_start() -> None:
    plan = (Fault("nan", Source.IMU, 1.0, 2.0), Fault("never", Source.CAMERA_0, 0.0, 2.0))
    assert later(plan, 0.5) == (
        Fault("nan", Source.IMU, 1.5, 2.5), Fault("never", Source.CAMERA_0, 0.0, 2.5)
    )  # fmt: skip
