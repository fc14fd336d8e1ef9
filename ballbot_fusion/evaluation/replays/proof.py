"""What a recording proves: replayed as it is, without what came out, and with one bit turned."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ballbot_fusion.core import trace
from ballbot_fusion.core.samples import Source
from ballbot_fusion.evaluation.replay import Replay, contract_of
from ballbot_fusion.evaluation.replay_outcome import Outcome
from ballbot_fusion.evaluation.replay_policies import policies_of
from ballbot_fusion.evaluation.replays.flip import Flip, Moment, chosen_flip, traced
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.bag_reader import Bag, open_bag
from ballbot_fusion.recording.bag_summary import problems_of, summary_of
from ballbot_fusion.recording.cdr import float_array, float_array_bytes
from ballbot_fusion.recording.contract import Contract
from ballbot_fusion.recording.copying import copied

EVERY = 1 << 60
"""So many differing ticks are kept one by one."""


def _replayed(folder: Path, models: Path) -> Outcome:
    bag = open_bag(folder)
    return Replay(bag, policies_of(bag, models), most=EVERY).run()


def _stripped(contract: Contract) -> Callable[[int, Message], Message]:
    """Take observation, images and action out of every record of the trace."""

    def strip(_: int, message: Message) -> Message:
        if message.topic.name != contract.trace_topic:
            return message
        rest = trace.stripped(float_array(message.data))
        return message._replace(data=float_array_bytes(message.data, rest))

    return strip


def _moments(outcome: Outcome) -> set[Moment]:
    return {(entry.number, entry.now_ns) for entry in outcome.differences}


def is_told(before: Outcome, after: Outcome, flip: Flip) -> bool:
    """Whether the first tick that a turned bit changed is the one that consumed it, by name."""
    known = _moments(before)
    new = [entry for entry in after.differences if (entry.number, entry.now_ns) not in known]
    named = f"{flip.sample.source.name} stamped {flip.sample.stamp_ns} ns"
    return bool(new) and (new[0].number, new[0].now_ns) == flip.moment and named in new[0].why


def proved(folder: Path, models: Path, scratch: Path, seed: int) -> dict[str, Any]:
    """Replay a recording three times; return what came of it as plain data.

    Args:
        folder: the recording.
        models: where its policy is looked for, if it is not in it.
        scratch: folder for two copies, ``stripped`` and ``flipped``, which must not exist yet.
        seed: draws which bit is turned.

    Raises:
        ReplayError: it has no contract.
    """
    bag = open_bag(folder)
    outcome, contract = _replayed(folder, models), contract_of(bag)
    records = traced(bag, contract)
    bare = _replayed(copied(bag, scratch / "stripped", _stripped(contract)), models)
    ticks = {(record.number, record.now_ns) for record in records}
    flip = chosen_flip(bag, contract, records, ticks - _moments(outcome), seed)
    told = None
    if flip is not None:
        told = is_told(outcome, _replayed(copied(bag, scratch / "flipped", flip), models), flip)
    summary = outcome.summary()
    return {
        **{key: summary[key] for key in ("ticks", "identical", "causes", "before_first_state")},
        "sha256": outcome.sha256,
        "stripped_same": (bare.ticks, bare.sha256) == (outcome.ticks, outcome.sha256),
        "flipped_tick": None if flip is None else flip.moment[0],
        "flipped_bit_told": told,
        "masked_ticks": sum(not all(record.mask) for record in records),
        "commands": sum(c.source is Source.COMMAND for r in records for c in r.consumed),
        **_losses(bag),
    }


def _losses(bag: Bag) -> dict[str, Any]:
    summary = summary_of(bag)
    lost = {**summary["missing"], **summary["lost"]}
    return {
        "whole": not problems_of(summary),
        "messages": summary["messages"],
        "lost": {topic.strip("/"): number for topic, number in sorted(lost.items())},
    }
