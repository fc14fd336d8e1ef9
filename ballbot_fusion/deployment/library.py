"""Where the policies that come with the package are, and from where others may come."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ballbot_fusion.core.resources import share
from ballbot_fusion.deployment.policy_file import PolicyFileError


def shipped() -> dict[str, Path]:
    """Return the files of the policies that come with the package, by name."""
    return {entry.stem: entry for entry in sorted((share() / "models").glob("*.onnx"))}


def policy_path(policy: str) -> Path:
    """Return the file of a policy: a name in models/, or a path that ends in .onnx.

    Raises:
        PolicyFileError: no such file; the message lists the names there are.
    """
    if policy.endswith(".onnx"):
        return Path(policy)
    files = shipped()
    # Nobody is asked for the file of a name that is not there: it may be a path to somewhere else.
    if policy not in files:
        raise PolicyFileError(
            f"No policy {policy!r}; models/ has {', '.join(files) or 'none'}. Give one of these "
            "names or the path of an .onnx file."
        )
    return files[policy]


def policy_paths(policies: Sequence[str]) -> list[Path]:
    """Return the files of several policies, each once; of all in models/ where none is named.

    Raises:
        PolicyFileError: no such file, or two files of one name: results are told apart by that.
    """
    paths = list(dict.fromkeys(policy_path(policy) for policy in policies))
    names = [path.stem for path in paths]
    if twice := [str(path) for path in paths if names.count(path.stem) > 1]:
        raise PolicyFileError(
            f"{', '.join(twice)} have the same name, by which results are told apart. Rename one "
            "of these files, or ask about one at a time."
        )
    return paths or list(shipped().values())


def allowed_policy(policy: str, folders: Iterable[str], given: str = "") -> Path:
    """Return the file of a policy that somebody names while the robot is running.

    A name in models/ is always allowed, and so is what was ``given`` at the start. Any other path
    must lead into one of ``folders`` when all symbolic links and ``..`` are followed.

    Raises:
        PolicyFileError: there is no policy of that name, or the path leads elsewhere. Whether
            there is a file at such a path is not told.
    """
    if not policy.endswith(".onnx") or policy == given:
        return policy_path(policy)
    allowed = [Path(folder) for folder in folders if folder]
    if "\0" not in policy and any(_is_within(Path(policy), folder) for folder in allowed):
        return Path(policy).resolve()
    raise PolicyFileError(
        f"policy {policy!r} is outside of policy_folders, which has "
        f"{', '.join(map(str, allowed)) or 'none'}. Use a name in models/ or a file in one of "
        "these folders; they are given when the node is started (config/inference.yaml)."
    )


def _is_within(path: Path, folder: Path) -> bool:
    """Whether ``path`` leads to something below ``folder``, which is absolute."""
    try:
        return folder.is_absolute() and path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop of links, a name that is too long
        return False
