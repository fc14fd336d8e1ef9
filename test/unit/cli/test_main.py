import shlex
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ballbot_fusion.cli import main as cli
from ballbot_fusion.cli.main import VERBS, main, parser_of
from ballbot_fusion.cli.usage import UsageError

ROOT = Path(__file__).parents[3]


def module_of(verb: str) -> ModuleType:
    return import_module(f"ballbot_fusion.cli.{verb}_verb")


def test_every_verb_file_is_in_the_table() -> None:
    files = (ROOT / "ballbot_fusion" / "cli").glob("*_verb.py")
    assert {path.stem.removesuffix("_verb") for path in files} == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_describes_shows_an_example_and_offers_json(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert module_of(verb).__doc__.splitlines()[0] in text
    assert f"example:\n  ballbot {verb}" in text
    assert "--json" in text


@pytest.mark.parametrize("verb", VERBS)
def test_help_says_what_every_option_is_and_what_holds_without_it(verb: str) -> None:
    parser = parser_of(verb, module_of(verb))
    text = " ".join(parser.format_help().split())
    for action in parser._actions:
        assert action.help, action.dest
        usual = action.default
        if isinstance(usual, str | int | float) and usual not in ("", False, "==SUPPRESS=="):
            told = f"{usual:g}" if isinstance(usual, float) else usual
            assert f"else {told}" in text or f"default {told}" in text, action.dest


@pytest.mark.parametrize("verb", VERBS)
def test_the_example_is_one_that_the_parser_takes(verb: str) -> None:
    program, given, *rest = shlex.split(module_of(verb).EXAMPLE)
    assert (program, given) == ("ballbot", verb)
    parser_of(verb, module_of(verb)).parse_args(rest)


def test_overview_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {verb} " in text and what in text for verb, what in VERBS.items())


@pytest.mark.parametrize("given", [[], ["fly"], ["--traceback"]])
def test_no_verb_or_an_unknown_one_is_misuse(given: list[str]) -> None:
    assert main(given) == 2


def test_unknown_verb_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fly"])
    text = capsys.readouterr().err
    assert "'fly'" in text
    assert "estop" in text


def test_the_overview_loads_nothing_heavy() -> None:
    code = (
        "import sys; from ballbot_fusion.cli.main import main; main(['--help']);"
        "heavy = {'numpy', 'rich', 'pydantic', 'rclpy', 'torch', 'mujoco'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["inspect", "no_such"], "No policy 'no_such'"),
        (["inspect", "/nowhere/p.onnx"], "Cannot read the policy /nowhere/p.onnx"),
        (["inspect", "recordings/2026-11-26"], "recordings/2026-11-26 is no recording"),
        (["train", "/nowhere/t.yaml"], "Cannot read /nowhere/t.yaml"),
        (["export", "/nowhere/checkpoint.pt", "p.onnx"], "No checkpoint at"),
        (["sim", "--policy", "lqr", "--robot", "/nowhere/robot.yaml"], "/nowhere/robot.yaml"),
    ],
)
def test_errors_are_said_in_words(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(given) == 1
    text = capsys.readouterr().err
    assert text.startswith(f"ballbot {given[0]}: ")
    assert said in text
    assert "Traceback" not in text
    assert "--traceback" not in text, "nothing to look for: the text says it all"


@pytest.mark.parametrize(
    "given",
    [
        ["sim", "--terrain", "moon"],
        ["sim", "--seconds", "nan"],
        ["sim", "--seconds", "0"],
        ["sim", "--seed", "-1"],
        ["eval", "--suite", "none"],
        ["eval", "--episodes", "0"],
        ["eval", "--workers", "two"],
        ["campaign", "--soak", "0"],
        ["campaign", "--soak", "1", "--short"],
        ["campaign", "--stage", "moon"],
        ["campaign", "--short", "--graph"],
        ["param", "get", "safety"],
        ["param", "set", "safety", "name"],
        ["push", "--force", "inf"],
        ["drive", "--for", "-1"],
        ["arm", "--network", "moon"],
    ],
)
def test_misuse_ends_with_two_and_an_example(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert f"ballbot {given[0]}: error: " in capsys.readouterr().err


OTHER_FILES = [
    ["sim", "--picture"],
    ["sim", "--video"],
    ["sim", "--plot"],
    ["inspect", "--html"],
    ["eval", "--keep"],
    ["measure", "replay", "--keep"],
    ["campaign", "--keep"],
]


@pytest.mark.parametrize(
    "given",
    [*([verb, "--json"] for verb in VERBS), *OTHER_FILES],
    ids=lambda given: f"{given[0]} {given[-1]}",
)
def test_a_file_that_could_not_be_written_is_told_before_the_run(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """The run may take hours."""

    def ran(*_: object) -> int:
        raise AssertionError("it ran")

    if given[-1] == "--json":
        given = [*shlex.split(module_of(given[0]).EXAMPLE)[1:], "--json"]
    monkeypatch.chdir(tmp_path)
    # Only who runs a bench knows whether a folder is meant.
    monkeypatch.setattr(module_of(given[0]), "_measured" if given[0] == "bench" else "run", ran)
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="2"):
        main([*given, "file/out.mp4" if given[-1] == "--video" else "file/out.png"])
    assert "cannot be made" in capsys.readouterr().err


def fake_verb(monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    module = SimpleNamespace(
        __doc__="Fake.", EXAMPLE="ballbot fake", add_arguments=lambda _: None, run=run
    )
    monkeypatch.setitem(VERBS, "fake", "for a test")
    monkeypatch.setattr(cli, "import_module", lambda _: module)


def surprise(_: object) -> int:
    return int(np.zeros(3) @ np.zeros(4))


def interrupt(_: object) -> int:
    raise KeyboardInterrupt


def misuse(_: object) -> int:
    raise UsageError("give a name")


def lack(_: object) -> int:
    raise ModuleNotFoundError("No module named 'torch'", name="torch")


def test_an_error_of_a_library_names_its_kind_and_how_to_find_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_verb(monkeypatch, surprise)
    assert main(["fake"]) == 1
    text = capsys.readouterr().err
    assert "ValueError" in text
    assert "--traceback" in text
    with pytest.raises(ValueError, match="matmul"):
        main(["--traceback", "fake"])


@pytest.mark.parametrize(("run", "code"), [(interrupt, 130), (lack, 1)])
def test_exit_codes(monkeypatch: pytest.MonkeyPatch, run: Any, code: int) -> None:
    fake_verb(monkeypatch, run)
    assert main(["fake"]) == code


def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_verb(monkeypatch, lack)
    main(["fake"])
    assert "needs the Python package 'torch'" in capsys.readouterr().err


def test_misuse_found_by_a_verb_is_reported_as_by_argparse(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_verb(monkeypatch, misuse)
    with pytest.raises(SystemExit) as ended:
        main(["fake"])
    assert ended.value.code == 2
    assert "ballbot fake: error: give a name" in capsys.readouterr().err


def test_errors_are_said_in_words_where_the_package_is_a_link_too(tmp_path: Path) -> None:
    (tmp_path / "ballbot_fusion").symlink_to(ROOT / "ballbot_fusion")
    command = [sys.executable, "-m", "ballbot_fusion.cli.main", "inspect", "nothing.onnx"]
    child = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert child.returncode == 1
    assert child.stderr.startswith("ballbot inspect: Cannot read the policy")


@pytest.mark.parametrize("arguments", [["--help"], ["inspect", "default", "--json", "-"]])
def test_a_reader_that_left_is_no_error(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "ballbot_fusion.cli.main", *arguments]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert (child.stderr.read(), child.wait()) == (b"", 141)
    child.stderr.close()


def test_a_pipe_that_breaks_elsewhere_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> int:
        raise BrokenPipeError("a worker is gone")

    monkeypatch.setattr(module_of("inspect"), "run", broken)
    with pytest.raises(BrokenPipeError, match="a worker is gone"):
        main(["inspect", "default"])


def test_urdf_prints_the_robot_that_a_file_describes(capsys, tmp_path):
    file = tmp_path / "robot.yaml"
    file.write_text("name: mine\nimu: {frame_id: my_imu}\n")
    assert main(["urdf", str(file)]) == 0
    text = capsys.readouterr().out
    assert '<robot name="mine">' in text
    assert '<link name="my_imu"' in text


ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def heeded() -> None:
    """Whoever runs these tests in the background has some of them ignored."""
    for number in ENDS:
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("number", ENDS)
def test_who_is_told_to_end_ends_in_order(number: signal.Signals, tmp_path: Path) -> None:
    """A campaign that were just gone would leave its graph running."""
    kept = tmp_path / "kept.jsonl"
    words = "eval --policy lqr --terrain flat --episodes 9999 --seconds 0.2 --workers 1 --keep"
    command = [sys.executable, "-m", "ballbot_fusion.cli.main", *words.split(), str(kept)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=heeded
    )
    try:
        while not (kept.exists() and kept.read_text()):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(60.0) == 130
    finally:
        process.kill()
        process.wait()
