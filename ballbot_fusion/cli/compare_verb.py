"""Fill a page that compares fusion architectures, and draw its pictures.

Blocks stand between `<!-- fusion: NAME -->` and `<!-- end of fusion: NAME -->`; text outside is
left as it is. They are made of the policy files in --models, of results below --results (of
`ballbot eval --json` and `ballbot probe`; a result belongs to the file whose hash it names), and of
nothing else. Pictures go to the folder beside the page that has its name, --pictures names another.
With --check nothing is written, and the exit code is 1 when the page differs or a picture lacks.
"""

import argparse
from pathlib import Path

from ballbot_fusion.cli.output import add_json, people, write_json
from ballbot_fusion.core.resources import share
from ballbot_fusion.evaluation.fusion.compared import Comparison
from ballbot_fusion.evaluation.fusion.facts import compared
from ballbot_fusion.evaluation.fusion.found import found_in
from ballbot_fusion.evaluation.fusion.page import with_comparison
from ballbot_fusion.evaluation.fusion.pictures import picture_names, save_pictures
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples

EXAMPLE = "ballbot compare docs/fusion_report.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("page", help="Markdown file")
    parser.add_argument("--results", default="docs/results", help="folder of the result files")
    parser.add_argument("--models", help="folder of the policy files; default models/")
    parser.add_argument("--recipes", help="folder of the settings files; default config/train/")
    parser.add_argument("--pictures", metavar="FOLDER", help="beside the page")
    parser.add_argument("--check", action="store_true", help="only compare")
    add_json(parser)


def data_of(models: Path, recipes: Path, results: Path) -> Comparison:
    """Read everything that is compared.

    Raises:
        PolicyFileError: a file in ``models`` cannot be used.
    """
    paths = sorted(models.glob("*.onnx"))
    there = {path.stem for path in paths}
    untrained = [p.stem for p in sorted(recipes.glob("*.yaml")) if p.stem not in there]
    return Comparison(compared(paths), found_in(results), untrained)


def _samples(results: Path) -> RecordedSamples | None:
    files = sorted(results.rglob("samples.npz"))
    return RecordedSamples.load(files[0]) if files else None


def run(arguments: argparse.Namespace) -> int:
    """Fill and draw, or check."""
    page, results = Path(arguments.page), Path(arguments.results)
    data = data_of(
        Path(arguments.models or share() / "models"),
        Path(arguments.recipes or share() / "config" / "train"),
        results,
    )
    samples = _samples(results)
    name = arguments.pictures or page.stem
    folder = page.parent / name
    before = page.read_text(encoding="utf-8")
    names = picture_names(data, samples)
    after = with_comparison(before, data, names, Path(name))
    lacking = [picture for picture in names if not (folder / picture).is_file()]
    current = after == before and not lacking
    if not arguments.check:
        save_pictures(data, samples, folder)
        page.write_text(after, encoding="utf-8")
    write_json(arguments.json, {"page": arguments.page, "was_current": current, "pictures": names})
    if arguments.json != "-":
        people.print(f"{page}: {'is current' if current else 'differed from the results'}")
        people.print(f"{folder}: {len(names)} pictures, {len(lacking)} of which lacked")
    return int(arguments.check and not current)
