"""Where the policies that come with the package are."""

from pathlib import Path

from ballbot_fusion.core.resources import share
from ballbot_fusion.deployment.policy_file import PolicyFileError


def policy_path(policy: str) -> Path:
    """Return the file of a policy: a name in models/, or a path that ends in .onnx.

    Raises:
        PolicyFileError: no such file; the message lists the names there are.
    """
    if policy.endswith(".onnx"):
        return Path(policy)
    folder = share() / "models"
    path = folder / f"{policy}.onnx"
    if not path.is_file():
        names = sorted(entry.stem for entry in folder.glob("*.onnx"))
        raise PolicyFileError(
            f"No policy {policy!r}; models/ has {', '.join(names) or 'none'}. Give one of these "
            "names or the path of an .onnx file."
        )
    return path
