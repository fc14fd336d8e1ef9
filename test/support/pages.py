"""Pages whose blocks are made from result files."""

from pathlib import Path

from ballbot_fusion.cli.main import main


def check_tells(folder: Path, text: str) -> None:
    """A page of ``text`` differs from the results in ``folder`` until it is filled from them."""
    page = folder / "page.md"
    page.write_text(text)
    given = ["report", str(page), "--results", str(folder)]
    assert main([*given, "--check"]) == 1
    assert page.read_text() == text
    assert main(given) == 0
    assert main([*given, "--check"]) == 0
