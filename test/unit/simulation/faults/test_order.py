import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.faults import ALWAYS, FAULTS, Fault, Order, streams_of
from ballbot_fusion.simulation.faults.fault import SENSORS
from ballbot_fusion.simulation.faults.order import kinds_of, orders_of

POSSIBLE = [(k, s) for k in FAULTS for s in streams_of(k) if s in SENSORS and k != "never"]
seconds = st.integers(0, 10**6).map(lambda ms: ms * 1e-3)
orders = st.builds(
    lambda pair, after, lasts, size, seed: Order(
        Fault(*pair, after, ALWAYS if lasts is None else after + lasts, size), seed
    ),
    st.sampled_from(POSSIBLE), seconds,
    st.none() | st.floats(0.001, 100.0).map(lambda x: round(x, 3)),
    st.none() | st.integers(2, 500).map(float), st.none() | st.integers(0, 10**9),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.lists(orders, max_size=3))
def test_what_is_written_is_read_again(given_orders: list[Order]) -> None:
    read = orders_of("; ".join(order.text for order in given_orders))
    assert [order.text for order in read] == [order.text for order in given_orders]
    for order, same in zip(given_orders, read, strict=True):
        assert same.seed == order.seed
        assert (same.fault.kind, same.fault.source) == (order.fault.kind, order.fault.source)
        assert same.fault.size == order.fault.size
        assert same.fault.start_s == pytest.approx(order.fault.start_s, abs=1e-9)
        assert same.fault.stop_s == pytest.approx(order.fault.stop_s, abs=1e-6)


def test_the_words_come_in_any_order() -> None:
    one = Order.of("camera_0 late for 3 seed 7 size 120 after 2")
    assert one == Order(Fault("late", Source.CAMERA_0, 2.0, 5.0, 120.0), 7)
    assert one.text == "camera_0 late size 120 after 2 for 3 seed 7"
    assert Order.of(" imu   nan ").fault == Fault("nan", Source.IMU)


def test_a_list_or_one_string() -> None:
    texts = ["camera_0 frozen for 3", "imu burst size 20"]
    assert orders_of(texts) == orders_of("; ".join(texts)) == orders_of(";".join(["", *texts, " "]))
    assert orders_of("") == orders_of([]) == orders_of([""]) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("lidar frozen", "no stream 'lidar'; there are imu, encoders, camera_0, camera_1"),
        ("motors missing", "no stream 'motors'"),
        ("frozen", "no stream 'frozen'"),
        ("camera_0", "camera_0 has no fault ''; it has missing, never"),
        ("imu black", "imu has no fault 'black'; it has missing"),
        ("camera_0 frzen for 3", "'camera_0 frzen for 3': camera_0 has no fault 'frzen'"),
        ("imu late 20", "the word '20' is unknown; there are size, after, for, seed"),
        ("imu late size 2 size 3", "the word 'size' is twice"),
        ("imu late size", "size '', expected 0 or more"),
        ("imu late size -1", "size '-1', expected 0 or more"),
        ("imu late for 0", "for '0', expected more than 0 s"),
        ("imu late for inf", "for 'inf', expected more than 0 s"),
        ("imu late seed 1.5", "seed '1.5', expected a whole number"),
        ("imu nan after nan", "after 'nan', expected 0 or more"),
        ("imu nan after 1e300", "after '1e300', expected 0 or more, and 1e+09 at most"),
        ("imu nan for 1e300", "for '1e300', expected more than 0 s, and 1e+09 at most"),
        ("imu future size 1e12", "size '1e12', expected 0 or more, and 1e+06 at most"),
        ("imu nan seed 1e300", "seed '1e300', expected a whole number, 0 or more"),
        ("imu duplicated size 1e5", "Size 100000 of fault 'duplicated' must be 1000 at most"),
        ("imu nan for 1e-300", "for '1e-300', expected more than 0 s"),
        ("imu slow size 0", "Size 0 of fault 'slow' must be 1 or more. Write STREAM KIND"),
        ("camera_0 never after 2", "it has no beginning"),
    ],
)
def test_what_cannot_be_is_refused_with_what_there_is(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="Write STREAM KIND") as refused:
        Order.of(text)
    assert why in str(refused.value)


@pytest.mark.parametrize("source", SENSORS)
def test_kinds_of_a_stream_can_all_be_asked_for(source: Source) -> None:
    assert kinds_of(source)
    for kind in kinds_of(source):
        assert Order.of(f"{source.name.lower()} {kind}").fault == Fault(kind, source)
