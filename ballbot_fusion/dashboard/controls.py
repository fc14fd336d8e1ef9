"""The page's buttons."""

import secrets
from typing import TYPE_CHECKING

from nicegui import ui

from ballbot_fusion.core.reactions.policy import POLICY_WORDS
from ballbot_fusion.core.reactions.words import WORDS
from ballbot_fusion.dashboard.cards import card, live
from ballbot_fusion.operation.reported import POLICY, whose

if TYPE_CHECKING:
    from ballbot_fusion.dashboard.node import Dashboard

PUSH_N = 40.0
DIRECTIONS = {"any way": None, "forward": 0.0, "left": 90.0, "backward": 180.0, "right": 270.0}
FAULT_S = 5.0


def drive(node: "Dashboard") -> None:
    """Stick, arm, disarm; push and reset where the robot is simulated."""
    with card("Drive", "drive") as head:
        with head:
            ui.label("hold to drive, let go to stop").classes("bb-small")
        topic = " data-button-topic" if node.settings.e_stop_topic else ""
        with (
            ui.element("div")
            .classes("bb-pad")
            .props(f'role=application aria-label="drive stick"{topic}')
        ):
            for place in ("up", "down", "left", "right"):
                ui.element("i").classes(f"bb-arrow bb-{place}")
            ui.element("div").classes("bb-knob")
        with ui.element("div").classes("bb-keys"):
            ui.checkbox("sideways instead of turning").props("dense size=sm").on(
                "update:model-value",
                js_handler="(on) => document.body.classList.toggle('is-strafing', on)",
            )
            ui.html(
                "Keys: <kbd>↑</kbd><kbd>↓</kbd><kbd>←</kbd><kbd>→</kbd> or <kbd>W</kbd><kbd>A</kbd>"
                "<kbd>S</kbd><kbd>D</kbd>, sideways <kbd>Z</kbd><kbd>C</kbd>, stop <kbd>Esc</kbd>",
                sanitize=False,
            ).classes("bb-small bb-desktop")
        with ui.element("div").classes("bb-buttons"):
            ui.button("Arm", on_click=lambda: node.arm(), icon="play_arrow").props(
                "unelevated no-caps color=positive data-do=arm"
            )
            ui.button("Disarm", on_click=lambda: node.errands.disarm(), icon="pause").props(
                "outline no-caps data-do=disarm"
            )
        with ui.element("div").classes("bb-buttons"):
            ui.button(
                "Record", icon="fiber_manual_record",
                on_click=lambda: node.errands.record(on=True),
            ).props("outline no-caps data-do=record")  # fmt: skip
            ui.button(
                "End recording", icon="stop", on_click=lambda: node.errands.record(on=False)
            ).props("outline no-caps data-do=end-record")
        with ui.element("div").classes("bb-buttons bb-simulated"):
            way = ui.select(list(DIRECTIONS), value="any way").props("dense outlined options-dense")
            ui.button(
                f"Push {PUSH_N:g} N", icon="back_hand",
                on_click=lambda: node.errands.push(PUSH_N, _direction(str(way.value))),
            ).props("outline no-caps data-do=push")  # fmt: skip
            ui.button("Reset", on_click=lambda: node.errands.reset(), icon="restart_alt").props(
                "outline no-caps data-do=reset"
            )


def _direction(way: str) -> float:
    chosen = DIRECTIONS[way]
    return float(secrets.randbelow(360)) if chosen is None else chosen


def faults(node: "Dashboard") -> None:
    """Inject any fault that the simulation knows; on a robot there is nothing to see here."""
    kinds = [text for text in node.settings.fault_kinds if text]
    if not kinds:
        return
    streams: dict[str, list[str]] = {}
    for text in kinds:
        stream, _, kind = text.partition(" ")
        streams.setdefault(stream, []).append(kind)
    nodes = sorted({whose(stream) for stream in streams})
    first = "camera_0" if "camera_0" in streams else next(iter(streams))
    with card("Inject a fault", "faults", "of the simulation"):
        with ui.element("div").classes("bb-form"):
            stream = ui.select(list(streams), value=first, label="stream").props(
                "dense outlined options-dense data-do=stream"
            )
            kinds_now = streams[first]
            kind = ui.select(_described(first, kinds_now), value=kinds_now[0], label="fault")
            kind.props("dense outlined options-dense data-do=kind").classes("bb-wide")
            size = ui.number(label="size", placeholder="usual").props("dense outlined")
            lasts = ui.number(label="seconds", value=FAULT_S, min=0.0).props("dense outlined")
        stream.on_value_change(
            lambda event: kind.set_options(
                _described(event.value, streams[event.value]), value=streams[event.value][0]
            )
        )
        with ui.element("div").classes("bb-buttons"):
            ui.button(
                "Inject", icon="bolt",
                on_click=lambda: node.errands.fault(
                    order_of(stream.value, kind.value, size.value, lasts.value)
                ),
            ).props("unelevated no-caps color=warning data-do=inject")  # fmt: skip
            ui.button("End all", on_click=lambda: node.errands.clear_faults(nodes)).props(
                "outline no-caps data-do=clear"
            )
        live("faults", tag="div").classes("bb-table bb-faults")


def _described(stream: str, kinds: list[str]) -> dict[str, str]:
    words = POLICY_WORDS if stream == POLICY else WORDS
    return {kind: f"{kind}: {_sized(words.get(kind, ''))}" for kind in kinds}


def _sized(words: str) -> str:
    begin, brace, rest = words.partition("{size")
    return f"{begin}SIZE{rest.partition('}')[2]}" if brace else words


def order_of(stream: str, kind: str, size: float | None, lasts_s: float | None) -> str:
    """Put a fault into the words that the bridge takes; without seconds it lasts until ended."""
    parts = [stream, kind]
    if size is not None:
        parts.append(f"size {size:.12g}")
    if lasts_s:
        parts.append(f"for {lasts_s:.12g}")
    return " ".join(parts)
