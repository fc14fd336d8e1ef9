"""Words are heard while the policy drives, and forgotten else."""

from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.checks import check
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.hearing import Hearing

ARMED = Mode.ARMED.value


def sizes(hearing: Hearing, modes: list[str], texts: list[str]) -> list[int]:
    return [sample.embedding.size for sample in hearing.samples(modes, texts, 7)]


def test_nothing_is_heard_before_safety_lets_it_drive() -> None:
    hearing = Hearing(TextEncoder.load())
    assert sizes(hearing, [], ["go forward"]) == []
    assert sizes(hearing, ["DISARMED"], ["go forward"]) == [0]
    assert sizes(hearing, [ARMED], ["go forward", ""]) == [256, 0]
    assert sizes(hearing, [], ["turn left"]) == [256]


def test_what_ends_the_policy_s_turn_takes_back_what_was_said() -> None:
    hearing = Hearing(TextEncoder.load(), armed=True)
    assert sizes(hearing, ["FALLBACK"], ["go forward"]) == [0]
    assert sizes(hearing, [], ["go forward"]) == []
    # Missed in between: it was disarmed, and is armed again.
    hearing = Hearing(TextEncoder.load(), armed=True)
    assert sizes(hearing, ["FAULT", ARMED], []) == [0]


@given(st.lists(st.sampled_from([*Mode]) | st.text(max_size=9)), st.lists(st.text(max_size=300)))
def test_whatever_is_said_every_sample_is_sound(modes: list[str], texts: list[str]) -> None:
    for sample in Hearing(TextEncoder.load(), armed=True).samples(modes, texts, 7):
        assert check(sample, RobotConfig()) is Reason.OK
        assert (sample.stamp_ns, sample.arrival_ns) == (7, 7)
