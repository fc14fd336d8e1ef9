"""A run's figures are its own, never those of an earlier run in the same folder."""

from pathlib import Path

import pytest

from ballbot_fusion.operation.measures import summaries
from ballbot_fusion.operation.measures.setting import Setting


class Interrupted:
    """A launch that somebody ended by Ctrl-C: exit code 0, and no summary."""

    text = "user interrupted"

    def __init__(self, *_: object, **__: object) -> None: ...

    def __enter__(self) -> "Interrupted":
        return self

    def __exit__(self, *_: object) -> None: ...

    def wait(self, _: float) -> int:
        return 0


def test_an_earlier_summary_is_not_taken_for_this_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run_0.json").write_text('{"fell": false}')
    monkeypatch.setattr(summaries, "Launched", Interrupted)
    setting = Setting(1.0, 1, "default", tmp_path, lambda: None)
    with pytest.raises(RuntimeError, match="user interrupted"):
        summaries.launched_summary(setting, "run_0", 1.0)
