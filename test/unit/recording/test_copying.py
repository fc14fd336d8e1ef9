"""A copy of a recording is the recording, but for what was asked to change."""

from pathlib import Path

import pytest

from ballbot_fusion.recording import copying
from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.bag_reader import Bag, open_bag
from ballbot_fusion.recording.bag_writer import BagWriter, Limits, RecordingError
from ballbot_fusion.recording.copying import copied

WORD = Topic("/word", "std_msgs/msg/String")
ENTRIES = [Message(WORD, bytes([k]) * 40, k + 1, k, k) for k in range(50)]


@pytest.fixture
def bag(tmp_path: Path) -> Bag:
    writer = BagWriter(tmp_path / "run", Limits(keep_free_bytes=0, sync=False), {})
    writer.attach("policy.onnx", copying.ANY, b"\x00\x01")
    for entry in ENTRIES:
        assert writer.put(entry)
    writer.close()
    return open_bag(tmp_path / "run")


def test_messages_keep_their_order_and_attachments_come_along(bag: Bag, tmp_path: Path) -> None:
    again = open_bag(copied(bag, tmp_path / "copy", lambda _, message: message))
    assert again.read() == ENTRIES
    assert again.attachments == {"policy.onnx": b"\x00\x01"}


def test_one_is_changed_and_one_left_out_by_its_place(bag: Bag, tmp_path: Path) -> None:
    def change(place: int, message: Message) -> Message | None:
        return None if place == 3 else message._replace(data=b"new") if place == 7 else message

    again = open_bag(copied(bag, tmp_path / "copy", change)).read()
    wanted = [e._replace(data=b"new") if e.sequence == 7 else e for e in ENTRIES]
    assert again == [entry for entry in wanted if entry.sequence != 3]


def test_more_than_may_wait_is_waited_for(
    bag: Bag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "LIMITS", Limits(queue_bytes=200, keep_free_bytes=0, sync=False))
    monkeypatch.setattr(copying, "WAITING", 100)
    assert open_bag(copied(bag, tmp_path / "copy", lambda _, m: m)).read() == ENTRIES


def test_a_folder_that_is_there_is_not_written_to(bag: Bag, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    with pytest.raises(RecordingError):
        copied(bag, tmp_path / "copy", lambda _, message: message)


def test_a_message_that_cannot_be_written_is_no_silent_loss(bag: Bag, tmp_path: Path) -> None:
    unknown = Topic("/word", "nobody_msgs/msg/Nothing")
    with pytest.raises(OSError, match="not whole"):
        copied(bag, tmp_path / "copy", lambda _, m: m._replace(topic=unknown))
