"""Where everything stands on the page. What changes in it is marked ``data-live`` for live.js."""

from typing import TYPE_CHECKING

from nicegui import ui
from nicegui.element import Element

from ballbot_fusion.dashboard import controls
from ballbot_fusion.dashboard.cards import card, live
from ballbot_fusion.dashboard.scene import robot_scene

if TYPE_CHECKING:
    from ballbot_fusion.dashboard.node import Dashboard


def build(node: "Dashboard") -> None:
    """Lay out one page."""
    ui.query(".nicegui-content").classes("bb-content")
    _header(node)
    with ui.element("main").classes("bb-grid"):
        _robot(node)
        _cameras(node)
        controls.drive(node)
        _chart("tilt", "Tilt")
        _modalities()
        _chart("velocity", "Velocity", "m/s, heading frame")
        _wheels(node)
        _latency()
        controls.faults(node)
        _nodes()
        _events()
        _features()


def _header(node: "Dashboard") -> None:
    dark = ui.dark_mode(None)
    with ui.header(elevated=False).classes("bb-header"):
        with ui.element("div").classes("bb-title"):
            ui.label(node.view.robot.name).classes("bb-logo")
            live("mode", "…").classes("bb-chip").props('data-level=note role="status"')
            ui.label("DRY RUN").classes("bb-chip hidden").props("data-live=dry data-level=warn")
        live("reason").classes("bb-reason")
        with ui.element("div").classes("bb-tools"):
            live("link", "connecting").classes("bb-chip").props("data-level=note")
            with (
                ui.button(on_click=lambda: dark.set_value(not _is_dark(dark.value)))
                .props('flat round dense aria-label="light or dark" icon=contrast')
                .classes("bb-theme")
            ):
                ui.tooltip("light or dark")
            with (
                ui.element("button")
                .classes("bb-stop")
                .props('data-stop type=button aria-label="emergency stop"')
            ):
                ui.label("E-STOP")
    ui.element("div").classes("bb-answer").props("data-live=stop-answer role=alert")


def _is_dark(value: bool | None) -> bool:
    """What follows the system's theme becomes dark at the first press."""
    return bool(value)


def _robot(node: "Dashboard") -> None:
    with card("Robot", "robot", stale="pose"):
        robot_scene(node.view.robot)
        with ui.element("div").classes("bb-readings"):
            with ui.element("div").classes("bb-reading"):
                with ui.element("div").classes("bb-big"):
                    live("tilt", "–")
                    ui.label("°").classes("bb-unit")
                with ui.element("div").classes("bb-small"):
                    ui.label("tilt")
                    live("tilt-limit")
                ui.element("div").classes("bb-bar").props("data-live=tilt-bar data-level=good")
            _reading("speed", "m/s", "speed")
            _reading("heading", "°", "heading")
            with ui.element("div").classes("bb-reading bb-place"):
                live("place", "–").classes("bb-mono")
                ui.label("position on the ground, m").classes("bb-small")


def _reading(name: str, unit: str, words: str) -> None:
    with ui.element("div").classes("bb-reading"):
        with ui.element("div").classes("bb-big"):
            live(name, "–")
            ui.label(unit).classes("bb-unit")
        ui.label(words).classes("bb-small")


def _cameras(node: "Dashboard") -> None:
    note = "near is warm, far is blue, black is unknown"
    with card("Cameras", "cameras", note), ui.element("div").classes("bb-cameras"):
        for number in range(len(node.view.robot.cameras)):
            _camera(number)


def _camera(number: int) -> None:
    with ui.element("figure").classes("bb-camera").props(f"data-stale=camera-{number}"):
        with ui.element("figcaption"):
            ui.label(f"camera_{number}").classes("bb-name")
            live(f"words-{number}").classes("bb-small")
        with _picture("policy", number, "as the policy sees it"):
            ui.label().classes("bb-mask hidden").props(f"data-live=mask-{number}")
        _picture("raw", number, "as it came")


def _picture(kind: str, number: int, words: str) -> Element:
    with ui.element("div").classes("bb-picture") as picture:
        ui.element("img").props(f'data-live={kind}-{number} alt="camera_{number} {words}"')
        ui.label(words).classes("bb-caption")
    return picture


def _chart(name: str, title: str, note: str = "") -> None:
    with card(title, name, note):
        ui.echart({"series": []}).classes("bb-chart").props(f"data-chart={name}")


def _modalities() -> None:
    with card("Modalities", "modalities", stale="modalities") as head:
        with head:
            live("masked").classes("bb-chip").props("data-level=note")
        live("modalities", tag="div").classes("bb-table bb-modalities")


def _wheels(node: "Dashboard") -> None:
    with card("Wheel efforts", "wheels", stale="wheels") as head:
        with head:
            live("motors").classes("bb-chip").props("data-level=note")
        for number, name in enumerate(node.view.robot.joint_names):
            with ui.element("div").classes("bb-wheel"):
                ui.label(name).classes("bb-name")
                ui.element("div").classes("bb-bar bb-both").props(f"data-live=wheel-bar-{number}")
                live(f"wheel-{number}", "–").classes("bb-number")
                live(f"wheel-speed-{number}", "–").classes("bb-number bb-muted")


def _latency() -> None:
    with card("Latency", "latency", "IMU sample to motor command, last 10 s") as head:
        with head:
            live("latency").classes("bb-mono bb-small")
        ui.echart({"series": []}).classes("bb-chart").props("data-chart=latency")


def _nodes() -> None:
    with card("Nodes", "nodes", "what each says of itself"):
        live("nodes", tag="div").classes("bb-table bb-nodes")
        live("facts", tag="div").classes("bb-table bb-facts")


def _events() -> None:
    with card("Events", "events", "newest first"):
        live("events", tag="div").classes("bb-table bb-events")


def _features() -> None:
    with card("Feature activity", "features") as head:
        with head:
            live("features-words").classes("bb-small")
        ui.element("canvas").classes("bb-canvas").props("data-live=features")
