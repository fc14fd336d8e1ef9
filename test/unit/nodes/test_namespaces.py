"""Names of robots in one graph, and of their files; a place in it is taken once."""

import errno
import string
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.nodes import presence, start_up
from ballbot_fusion.nodes.namespaces import MOST_ROBOTS, namespaces, own_file, own_name
from ballbot_fusion.nodes.start_up import NO_RECORDING, LaunchRefusedError

LETTERS = string.ascii_letters + string.digits
PARTS = st.lists(
    st.builds(
        "{}{}".format, st.sampled_from(string.ascii_letters), st.text(LETTERS, max_size=5)
    ),
    max_size=3,
)  # fmt: skip


@given(PARTS, st.integers(1, MOST_ROBOTS))
def test_every_robot_has_a_namespace_of_its_own(parts: list[str], robots: int) -> None:
    given_one = "/".join(parts)
    found = namespaces(given_one, str(robots))
    assert len(set(found)) == len(found) == robots
    assert all(name.startswith("/" + given_one) for name in found)
    assert found == namespaces(f"/{given_one}/" if parts else "/", str(robots))
    if robots == 1:
        assert found == ["/" + given_one]


@given(PARTS, st.integers(2, MOST_ROBOTS))
def test_a_name_belongs_to_the_namespace_that_it_is_in(parts: list[str], robots: int) -> None:
    found = namespaces("/".join(parts), str(robots))
    for ours in found:
        assert [own_name(f"{other}/inference", ours) for other in found] == [
            "inference" if other == ours else None for other in found
        ]
        assert own_name("/inference", ours) is None
        assert own_name(f"{ours}/inference", "/") is None
    assert own_name("/inference", "/") == own_name("inference", "/") == "inference"


@pytest.mark.parametrize("wrong", ["1st", "a b", "a//b", "a-b", "__a", "a__b", "ä", "~"])
def test_a_namespace_that_cannot_be_is_refused(wrong: str) -> None:
    with pytest.raises(LaunchRefusedError, match=r"namespace is .*expected names of letters"):
        namespaces(wrong)


@pytest.mark.parametrize("wrong", ["0", "-1", "two", "1.5", "", str(MOST_ROBOTS + 1)])
def test_a_number_of_robots_that_cannot_be_is_refused(wrong: str) -> None:
    with pytest.raises(LaunchRefusedError, match=r"robots is .*expected a whole number"):
        namespaces("", wrong)


@given(PARTS, st.integers(2, MOST_ROBOTS))
def test_every_robot_has_files_of_its_own(parts: list[str], robots: int) -> None:
    found = namespaces("/".join(parts), str(robots))
    files = {own_file("out/run.json", name) for name in found}
    assert len(files) == robots
    assert all(Path(file).parent == Path("out") and file.endswith(".json") for file in files)
    assert {own_file("", name) for name in found} == {""}
    assert own_file("out/run.json", "/") == "out/run.json"


def test_recordings_of_each_robot_are_in_a_folder_of_its_name(tmp_path: Path) -> None:
    place = tmp_path / "bags"
    assert start_up.recordings(str(place)) == str(place)
    assert start_up.recordings(str(place), "/fleet/robot_1") == str(place / "fleet" / "robot_1")
    assert (place / "fleet" / "robot_1").is_dir()
    assert start_up.recordings(NO_RECORDING, "/robot_1") == ""


def test_a_place_is_taken_once_and_others_beside_it_are_free(
    ros_domain_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[start_up.presence.Held] = []
    monkeypatch.setattr(start_up, "_held", held)
    try:
        for namespace in ("/", "/robot_1", "/robot_2"):
            start_up.refuse_busy_domain("launch", namespace)
        start_up.refuse_busy_domain("hardware", "/robot_1")
        with pytest.raises(LaunchRefusedError, match=f"{ros_domain_id} in namespace /robot_1. End"):
            start_up.refuse_busy_domain("launch", "/robot_1")
        with pytest.raises(LaunchRefusedError, match=f"{ros_domain_id}. End"):
            start_up.refuse_busy_domain()
    finally:
        for entry in held:
            entry.close()


def test_a_name_of_any_length_is_taken_once(ros_domain_id: int) -> None:
    """Topic names have 255 characters at most, those of abstract sockets 107."""
    names = [f"/{'far_away/' * 26}{number}/inference" for number in range(2)]
    places = [presence.hold(name) for name in names]
    assert None not in places
    assert presence.hold(names[0]) is None
    for place in places:
        place.close()


@pytest.mark.parametrize("step", ["socket", "bind"])
def test_what_cannot_be_told_is_not_taken_for_another_robot(
    step: str, ros_domain_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    made = denied if step == "socket" else lambda *_: SimpleNamespace(bind=denied, close=list)
    monkeypatch.setattr(presence.socket, "socket", made)
    with pytest.raises(OSError, match=r"cannot be told: Operation not permitted.*Permit"):
        presence.hold("/inference")
    with pytest.raises(LaunchRefusedError, match="cannot be told: Operation not permitted"):
        start_up.refuse_busy_domain()
