"""Texts that depend on installed packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ament_index_python.packages import get_package_share_directory
from launch._refuse import missing_attribute
from launch.substitution import SomeSubstitutions, Substitution, normalized, performed

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext

__all__ = ["FindPackageShare"]
__getattr__ = missing_attribute(__name__, __all__)


class FindPackageShare(Substitution):
    """The share directory of a package."""

    def __init__(self, package: SomeSubstitutions) -> None:
        self.package = normalized(package)

    def describe(self) -> str:
        """As the real one prints it."""
        return f"FindPackageShare(pkg={' + '.join(p.describe() for p in self.package)})"

    def perform(self, context: LaunchContext) -> str:
        """The directory."""
        return get_package_share_directory(performed(context, self.package))
