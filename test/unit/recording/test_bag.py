"""A recording is what was put into it, or says what is missing: whole, cut off, damaged, full."""

import json
import resource
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader

from ballbot_fusion.recording.bag_file import BagFile, Message, Topic
from ballbot_fusion.recording.bag_reader import NotARecordingError, open_bag
from ballbot_fusion.recording.bag_summary import summary_of
from ballbot_fusion.recording.bag_writer import LOSSES, BagWriter, Limits, RecordingError
from ballbot_fusion.recording.schemas import SEPARATOR, SchemaError, schema_of

IMU, WORD = Topic("/imu/data", "sensor_msgs/msg/Imu"), Topic("/word", "std_msgs/msg/String")
times = st.integers(0, 2**63 - 1)
messages = st.builds(
    Message, st.sampled_from([IMU, WORD]), st.binary(max_size=300), times, times,
    st.integers(0, 2**32 - 1),
)  # fmt: skip


def numbered(count: int, topic: Topic = IMU, size: int = 324) -> list[Message]:
    return [Message(topic, bytes([k % 251]) * size, k + 1, k, k) for k in range(count)]


def written(folder: Path, entries: list[Message], limits: Limits | None = None) -> BagWriter:
    writer = BagWriter(folder, limits or Limits(keep_free_bytes=0, sync=False), {"version": "1"})
    for entry in entries:
        assert writer.put(entry)
    writer.close()
    return writer


@settings(max_examples=20, deadline=None)
@given(
    entries=st.lists(messages, max_size=30), compression=st.sampled_from(["none", "lz4", "zstd"])
)
def test_what_is_read_is_what_was_written(tmp_path_factory, entries, compression):
    folder = tmp_path_factory.mktemp("bag") / "run"
    limits = Limits(keep_free_bytes=0, sync=False, compression=compression)
    writer = written(folder, entries, limits)
    bag = open_bag(folder)
    assert bag.read() == entries
    assert bag.defects == []
    assert bag.ended == {"run_0.mcap": True}
    assert (writer.messages, writer.lost) == (len(entries), {})


def test_a_recording_begins_with_its_earliest_message_and_not_with_the_first(tmp_path):
    """Topics are written one after the other, and a later one may hold what came before."""
    entries = [Message(IMU, b"", 7, 7), Message(IMU, b"", 5, 5), Message(WORD, b"", 3, 3)]
    written(tmp_path / "run", entries)
    said = json.loads((tmp_path / "run" / "metadata.yaml").read_text())
    whole = said["rosbag2_bagfile_information"]
    for part in (whole, whole["files"][0]):
        assert part["starting_time"] == {"nanoseconds_since_epoch": 3}
        assert part["duration"] == {"nanoseconds": 4}
    found = summary_of(open_bag(tmp_path / "run"))
    assert found["began_ns"] == 3
    assert [row["rate_hz"] for row in found["topics"]] == [pytest.approx(5e8), None]


def test_the_library_itself_reads_it_with_profile_schemas_and_files(tmp_path):
    writer = BagWriter(tmp_path / "run", Limits(keep_free_bytes=0), {"version": "7"})
    writer.attach("policy.onnx", "application/octet-stream", b"\x00\x01")
    writer.describe("parameters", {"a": "1"})
    writer.put(Message(WORD, b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00", 5, 4, 3))
    writer.close()
    with writer.path.open("rb") as stream:
        reader = make_reader(stream)
        ((schema, channel, message),) = reader.iter_messages()
        assert reader.get_header().profile == "ros2"
        assert (schema.name, schema.encoding) == ("std_msgs/msg/String", "ros2msg")
        assert (channel.topic, channel.message_encoding) == ("/word", "cdr")
        assert (message.log_time, message.publish_time, message.sequence) == (5, 4, 3)
        assert [(a.name, a.data) for a in reader.iter_attachments()] == [
            ("policy.onnx", b"\x00\x01")
        ]
        described = {entry.name: entry.metadata for entry in reader.iter_metadata()}
    assert described["ballbot_fusion"] == {"version": "7", "part": "0"}
    assert described["parameters"] == {"a": "1"}
    assert described[LOSSES] == {}


def test_schemas_are_complete_and_in_rosbags_order():
    text = schema_of("sensor_msgs/msg/Imu")
    heads = [line for line in text.splitlines() if line.startswith("MSG: ")]
    assert heads == [
        "MSG: std_msgs/Header", "MSG: geometry_msgs/Quaternion", "MSG: geometry_msgs/Vector3",
        "MSG: builtin_interfaces/Time",
    ]  # fmt: skip
    assert text.count(SEPARATOR) == 4
    with pytest.raises(SchemaError, match="Install the package no_msgs"):
        schema_of("no_msgs/msg/Nothing")
    with pytest.raises(SchemaError, match="expected package/msg/Type"):
        schema_of("../msg/Imu")


@pytest.fixture(scope="module")
def chunked(tmp_path_factory) -> tuple[bytes, list[Message], list[int]]:
    """A file of ten chunks, what is in it, and where each flush ended."""
    path = tmp_path_factory.mktemp("chunked") / "file.mcap"
    file, entries, ends = BagFile(path, sync=False), numbered(100, size=20), []
    for number, entry in enumerate(entries):
        file.add(entry)
        if number % 10 == 9:
            file.flush()
            ends.append(file.size)
    file.finish()
    return path.read_bytes(), entries, ends


@given(share=st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_of_a_file_cut_off_anywhere_all_whole_chunks_are_read(tmp_path_factory, chunked, share):
    content, entries, ends = chunked
    length = int(share * (len(content) - 1))
    path = tmp_path_factory.mktemp("cut") / "cut.mcap"
    path.write_bytes(content[:length])
    bag = open_bag(path)
    whole = sum(end <= length for end in ends)
    # A chunk may be whole though the index behind it is not.
    assert bag.read() in (entries[: 10 * whole], entries[: 10 * (whole + 1)])
    assert not bag.ended["cut.mcap"]
    assert bag.defects


@given(where=st.integers(0), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_is_told_or_harmless(tmp_path_factory, chunked, where, bit):
    content, entries, _ = chunked
    damaged = bytearray(content)
    damaged[where % len(content)] ^= 1 << bit
    path = tmp_path_factory.mktemp("bit") / "bit.mcap"
    path.write_bytes(damaged)
    bag = open_bag(path)
    found = bag.read()
    if [m.data for m in found] != [m.data for m in entries]:
        assert bag.defects
    assert all(message in entries for message in found)


def test_parts_are_split_by_size_and_each_begins_with_what_is_latched(tmp_path):
    limits = Limits(keep_free_bytes=0, sync=False, flush_s=0.0, split_bytes=20_000)
    writer = BagWriter(tmp_path / "run", limits, {"version": "1"})
    state = Message(WORD, b"armed", 1, 1)
    old, new = Message(WORD, b"a slow", 1, 1), Message(WORD, b"a fast", 2, 2)
    writer.put(state, latched="one")
    writer.put(old, latched="another")
    writer.put(new, latched="another")
    entries = numbered(400)
    for begin in range(0, 400, 40):
        for entry in entries[begin : begin + 40]:
            writer.put(entry)
        while writer.queued_bytes:
            threading.Event().wait(0.01)
    writer.close()
    bag = open_bag(tmp_path / "run")
    assert len(bag.files) > 3
    assert [m for m in bag.messages() if m.topic == IMU] == entries
    for path in bag.files[1:]:
        repeated = [m for m in open_bag(path).messages() if m.topic == WORD]
        assert repeated == [state, new]
    assert (tmp_path / "run" / "metadata.yaml").is_file()


def test_the_queue_is_bounded_and_its_loss_is_counted_and_written_down(tmp_path):
    writer = BagWriter(
        tmp_path / "run", Limits(queue_bytes=1000, keep_free_bytes=0, sync=False), {}
    )
    entries = numbered(1000, size=100)
    taken = [entry for entry in entries if writer.put(entry)]
    assert writer.queued_bytes <= 1000
    lost = len(entries) - len(taken)
    assert lost > 0
    assert writer.lost == {"/imu/data": lost}
    writer.close()
    bag = open_bag(tmp_path / "run")
    assert bag.read() == taken
    assert bag.described[LOSSES] == {"/imu/data": str(lost)}


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """No file of this process grows beyond ``size``: what a full disk is to its writer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_everything_up_to_the_last_flush_is_kept(tmp_path):
    entries = numbered(2000)
    writer = BagWriter(
        tmp_path / "run", Limits(keep_free_bytes=0, sync=False, flush_s=0.0), {"version": "1"}
    )
    with files_limited_to(200_000):
        for begin in range(0, 2000, 50):
            for entry in entries[begin : begin + 50]:
                writer.put(entry)
            while writer.queued_bytes and not writer.trouble:
                threading.Event().wait(0.005)
        writer.close()
    assert "nothing is recorded" in writer.trouble
    bag = open_bag(tmp_path / "run")
    kept = bag.read()
    assert kept == entries[: len(kept)]
    assert len(kept) > 400
    assert writer.lost == {"/imu/data": 2000 - len(kept)}
    assert writer.messages == len(kept)
    assert bag.defects == []


def test_recording_pauses_before_the_disk_is_full_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("ballbot_fusion.recording.bag_writer.RETRY_S", 0.05)
    room = [10**9]
    limits = Limits(keep_free_bytes=10**6, sync=False, flush_s=0.01)
    writer = BagWriter(tmp_path / "run", limits, {}, free=lambda _: room[0])

    def wait(condition):
        for _ in range(500):
            if condition():
                return
            threading.Event().wait(0.01)
        raise AssertionError(writer.trouble)

    writer.put(numbered(1)[0])
    room[0] = 10
    wait(lambda: "free room" in writer.trouble)
    room[0] = 10**9
    wait(lambda: not writer.trouble)
    writer.put(numbered(2)[1])
    writer.close()
    assert open_bag(tmp_path / "run").read() == numbered(2)
    assert len(open_bag(tmp_path / "run").files) == 2


def test_a_folder_that_is_taken_away_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("ballbot_fusion.recording.bag_writer.RETRY_S", 0.02)
    limits = Limits(keep_free_bytes=0, sync=False, flush_s=0.0, split_bytes=1000)
    writer = BagWriter(tmp_path / "run", limits, {}, free=lambda _: 1)
    shutil.rmtree(tmp_path / "run")
    for _ in range(500):
        writer.put(numbered(1)[0])
        if writer.trouble:
            break
        threading.Event().wait(0.01)
    assert "nothing is recorded" in writer.trouble
    writer.close()


def test_what_is_no_folder_or_no_recording_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match="Give a folder"):
        BagWriter(tmp_path / "file" / "run", Limits(), {})
    with pytest.raises(RecordingError, match="MB are free"):
        BagWriter(tmp_path / "run", Limits(), {}, free=lambda _: 0)
    with pytest.raises(NotARecordingError, match="no recording"):
        open_bag(tmp_path / "nothing")
    written(tmp_path / "bags" / "one", [])
    with pytest.raises(NotARecordingError, match="recordings one"):
        open_bag(tmp_path / "bags")
    (tmp_path / "text.mcap").write_text("hello, this is not a recording")
    bag = open_bag(tmp_path / "text.mcap")
    assert bag.read() == []
    assert bag.defects
