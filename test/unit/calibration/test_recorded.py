"""What is made of samples that come twice, late, broken, or not at all."""

from dataclasses import replace

import pytest
from support.calibrated import Sensed, robot, still, upright

from ballbot_fusion.calibration.outcome import CalibrationRefusedError
from ballbot_fusion.calibration.recorded import Recorded
from ballbot_fusion.core.samples import Sample

ROBOT = robot()


def samples() -> list[Sample]:
    sensed = Sensed(ROBOT)
    return [*sensed.imu(3.0, upright), *sensed.wheels(3.0, still)]


def test_the_order_of_arrival_and_doublets_do_not_matter() -> None:
    straight, found = samples(), samples()
    found = [*reversed(found), *found[:50]]
    a, b = Recorded.of(ROBOT, straight, 3.0), Recorded.of(ROBOT, found, 3.0)
    assert [s.stamp_ns for s in a.imu] == [s.stamp_ns for s in b.imu]
    assert [s.stamp_ns for s in a.joints] == [s.stamp_ns for s in b.joints]
    assert a.seconds[-1] == pytest.approx(3.0)


def test_a_few_broken_samples_are_left_out_and_many_are_refused() -> None:
    nan = float("nan")

    def broken(every: int) -> list[Sample]:
        return [
            replace(s, angular_velocity=(nan, 0.0, 0.0)) if k % every == 0 else s  # type: ignore[call-arg]
            for k, s in enumerate(Sensed(ROBOT).imu(3.0, upright))
        ]

    wheels = Sensed(ROBOT).wheels(3.0, still)
    assert len(Recorded.of(ROBOT, [*broken(100), *wheels], 3.0).imu) == 1501 - 16
    with pytest.raises(CalibrationRefusedError, match="imu/data: 151 of 1501 samples unusable"):
        Recorded.of(ROBOT, [*broken(10), *wheels], 3.0)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (lambda k, s: False, "0 usable samples"),
        (lambda k, s: k < 700, "samples of 1.4 s"),
        (lambda k, s: not 500 < k < 700, "a hole of 0.40 s"),
    ],
)  # fmt: skip
def test_silence_is_refused(kept, words: str) -> None:  # type: ignore[no-untyped-def]
    sensed = Sensed(ROBOT)
    imu = [s for k, s in enumerate(sensed.imu(3.0, upright)) if kept(k, s)]
    with pytest.raises(CalibrationRefusedError, match=f"imu/data: {words}"):
        Recorded.of(ROBOT, [*imu, *sensed.wheels(3.0, still)], 3.0)


def test_wheels_by_other_names_are_refused() -> None:
    other = robot(wheels={"driver_names": ("a", "b", "c")})
    with pytest.raises(CalibrationRefusedError, match="joint_states"):
        Recorded.of(other, samples(), 3.0)
