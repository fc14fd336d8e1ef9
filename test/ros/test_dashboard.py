"""The dashboard in a real browser, on a real simulation: drive, break a camera, stop.

In lockstep, where a busy machine makes the robot slow and not wrong: Chromium draws by software.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Error
from support.browser import free_port, installed, page_of
from support.graph import addresses

from ballbot_fusion.cli.main import main
from ballbot_fusion.nodes.exit_codes import REFUSED
from ballbot_fusion.operation.launched import Launched

pytestmark = pytest.mark.skipif(installed() is None, reason="Chromium is not installed here")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def sim(
    port: int, recordings: Path, module_ros_domain_id: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Launched]:
    log = tmp_path_factory.mktemp("sim") / "launch.log"
    arguments = (
        "mode:=lockstep", "dashboard:=true", f"dashboard_port:={port}", f"record:={recordings}",
        "policy_faults:=true",
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        # The web library behaves otherwise where it believes that it is tested.
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        launched = Launched("sim.launch.py", *arguments, log=log)
    with launched as launch:
        launch.says("ARMED: armed", 120.0)
        launch.says(f"dashboard: http://127.0.0.1:{port}", 120.0)
        yield launch


def frame(page: Any) -> dict[str, Any] | None:
    """What the page shows, as it was told; None while a busy machine makes it load once more."""
    try:
        shown: dict[str, Any] | None = page.evaluate("window.ballbot?.frame")
    except Error:
        return None
    return shown


def await_frame(page: Any, condition: Any, seconds: float = 60.0) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while (shown := frame(page)) is None or not condition(shown):
        assert time.monotonic() < end, json.dumps(shown)[:4000]
        page.wait_for_timeout(50)
    return shown


def row(shown: dict[str, Any], key: str) -> dict[str, Any]:
    rows = {entry["key"]: entry for entry in shown["modalities"]["rows"]}
    return dict(rows.get(key, {}))


def picture_of(page: Any, selector: str) -> np.ndarray:
    """(H, W, 3) of an element as it is drawn."""
    data = np.frombuffer(page.locator(selector).first.screenshot(), np.uint8)
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def test_it_drives_sees_a_broken_camera_and_stops(sim: Launched, port: int) -> None:
    with page_of(port) as page:
        shown = await_frame(page, lambda f: f["pose"].get("position") and all(
            "policy" in picture for picture in f["pictures"]
        ))  # fmt: skip
        assert shown["safety"]["mode"] == "ARMED"
        assert page.locator("[data-live=mode]").inner_text() == "ARMED"
        looks_right(page)
        drives(page, shown)
        breaks(page)
        fails(page)
        stops(page)


def looks_right(page: Any) -> None:
    """By structure: everything is there, in sight, where it belongs, and shows something."""
    cards = page.locator(".bb-card h2").all_inner_texts()
    for title in ("Robot", "Cameras", "Drive", "Tilt", "Modalities", "Wheel efforts", "Events"):
        assert title in cards
    boxes = [card.bounding_box() for card in page.locator(".bb-card").all()]
    for number, a in enumerate(boxes):
        assert a["x"] >= 0
        assert a["x"] + a["width"] <= 1440
        for b in boxes[number + 1 :]:
            beside = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
            above = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
            assert beside or above, "cards overlap"
    for selector in ("[data-live=policy-0]", "[data-live=raw-1]", "[data-scene]"):
        assert picture_of(page, selector).std() > 5.0, f"{selector} shows nothing"
    page.locator("[data-live=modalities] .bb-line").nth(9).wait_for()
    page.locator("[data-live=nodes] .bb-line").nth(3).wait_for()
    page.locator("[data-live=features]").scroll_into_view_if_needed()
    stop = page.locator("[data-stop]").bounding_box()
    assert 0 <= stop["y"] <= 60, "the emergency stop is in sight wherever the page is scrolled to"


def drives(page: Any, before: dict[str, Any]) -> None:
    """Held, it drives; let go, it stands."""
    pad = page.locator(".bb-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, box["y"] + 10)
    await_frame(page, lambda f: f["pose"].get("command", [0.0])[0] > 0.15)
    await_frame(page, lambda f: np.hypot(*np.subtract(
        f["pose"].get("position", before["pose"]["position"])[:2], before["pose"]["position"][:2]
    )) > 0.15)  # fmt: skip
    page.mouse.up()
    await_frame(page, lambda f: f["pose"].get("command") == [0.0, 0.0, 0.0])


def breaks(page: Any) -> None:
    """A camera's fault shows as its mask, on the picture too; the robot stays upright."""
    page.locator("[data-do=inject]").click()
    shown = await_frame(page, lambda f: row(f, "rgbd_0").get("trusted") is False)
    assert row(shown, "rgbd_0")["reason"]
    assert row(shown, "rgbd_1")["trusted"]
    page.locator("[data-live=mask-0]").wait_for(state="visible")
    assert page.locator("[data-key=rgbd_0][data-level=warn]").count() == 1
    shown = await_frame(page, lambda f: row(f, "rgbd_0").get("trusted") is True)
    assert shown["safety"]["mode"] == "ARMED"
    assert shown["pose"]["tilt_deg"] < 20.0
    words = [event["text"] for event in shown["events"]]
    assert any(text.startswith("rgbd_0 masked") for text in words)
    assert any(text.startswith("fault camera_0 missing for 5: ") for text in words)
    assert not any("fallen" in node["message"] for node in shown["nodes"])


def fails(page: Any) -> None:
    """The policy's answers are spoilt for a while: the fallback balances, then the policy again."""
    page.locator("[data-do=stream]").click()
    page.get_by_role("option", name="policy", exact=True).click()
    page.locator("[data-do=kind]").click()
    page.get_by_role("option", name="slow: an answer takes SIZE ms").wait_for()
    page.get_by_role("option", name="silent: ").click()
    page.locator("[data-do=inject]").click()
    await_frame(page, lambda f: f["safety"]["mode"] == "FALLBACK")
    shown = await_frame(page, lambda f: any(
        fault["text"] == "policy silent for 5" and fault["state"] == "acting"
        for fault in f["faults"]
    ))  # fmt: skip
    assert shown["faults"][0]["outcome"].endswith(" answers spoilt")
    page.locator("[data-do=clear]").click()
    shown = await_frame(page, lambda f: f["safety"]["mode"] == "ARMED")
    words = [event["text"] for event in shown["events"]]
    assert any(text.startswith("fault policy silent for 5: ") for text in words)


def stops(page: Any) -> None:
    """One press; then arming is refused to a robot that lies there."""
    page.locator("[data-stop]").dispatch_event("pointerdown")
    shown = await_frame(page, lambda f: f["safety"]["mode"] == "FAULT")
    shown = await_frame(page, lambda f: f["wheels"]["effort"] == [0.0, 0.0, 0.0])
    assert page.locator("[data-live=motors]").inner_text() == "motors at zero"
    assert "confirmed after" in page.locator("[data-live=stop-answer]").inner_text()
    await_frame(page, lambda f: f["pose"].get("tilt_deg", 0.0) > 30.0)
    page.locator("[data-do=arm]").click()
    shown = await_frame(page, lambda f: any(
        event["text"].startswith("operator: arm: ") for event in f["events"]
    ))  # fmt: skip
    assert shown["safety"]["mode"] != "ARMED"


def test_its_buttons_end_a_recording_and_begin_another(
    sim: Launched, port: int, recordings: Path
) -> None:
    """What the launch began is ended; a new one grows until it is ended, and both are whole."""
    (first,) = recordings.iterdir()
    with page_of(port) as page:
        await_frame(page, lambda f: f["wheels"]["effort"] is not None)
        press(page, "end-record", "the recording has ended")
        size = recorded_bytes(first)
        page.wait_for_timeout(1100)  # folders are named after the second
        press(page, "record", "a new recording began")
        (second,) = set(recordings.iterdir()) - {first}
        await_frame(page, lambda _: recorded_bytes(second) > 0)
        begun = recorded_bytes(second)
        await_frame(page, lambda _: recorded_bytes(second) > begun + 500_000)
        press(page, "end-record", "the recording has ended")
        assert recorded_bytes(first) == size, "it was ended"
        size = recorded_bytes(second)
        page.wait_for_timeout(1500)
        assert recorded_bytes(second) == size
    for folder in (first, second):
        assert main(["bag", "check", str(folder)]) == 0


def press(page: Any, button: str, answer: str) -> None:
    """Press a button of the recorder, and wait until that is what came of it last."""

    def answered(shown: dict[str, Any]) -> bool:
        said = [e["text"] for e in shown["events"] if e["text"].startswith("operator: record: ")]
        return bool(said) and said[0] == f"operator: record: {answer}"

    page.locator(f"[data-do={button}]").click()
    await_frame(page, answered)


def recorded_bytes(folder: Path) -> int:
    """Bytes of a recording on the disk."""
    return sum(path.stat().st_size for path in folder.glob("*.mcap"))


def test_what_dies_is_shown_as_dead_and_it_is_bound_to_this_machine(
    sim: Launched, port: int
) -> None:
    number = sim.process_id("dashboard")
    assert addresses(number) == {"127.0.0.1"}
    with page_of(port, viewport={"width": 390, "height": 844}) as page:
        await_frame(page, lambda f: f["wheels"]["effort"] is not None)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, "a phone scrolls in one direction"
        sim.interrupt()
        page.wait_for_selector("[data-live=link][data-level=bad]")
        assert "no data for" in page.locator("[data-live=link]").inner_text()
        assert page.locator("body.is-cut").count() == 1


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (("port:={port}",), "another program listens there"),
        (("host:=0.0.0.0",), "Give a token"),
    ],
)
def test_it_refuses_with_the_reason(parameters: tuple[str, ...], said: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        given = [entry.format(port=other.getsockname()[1]) for entry in parameters]
        arguments = [part for entry in given for part in ("-p", entry)]
        code = "from ballbot_fusion.dashboard.executable import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, "--ros-args", *arguments],
            capture_output=True, text=True, timeout=120, env=dict(os.environ),
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
    assert done.returncode == REFUSED
    assert said in done.stdout + done.stderr
