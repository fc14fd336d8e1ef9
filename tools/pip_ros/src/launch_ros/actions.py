"""A ROS node as a process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ament_index_python.packages import PackageNotFoundError, get_package_prefix
from launch import console
from launch._refuse import missing_attribute
from launch.actions import ExecuteProcess
from launch.substitution import SomeSubstitutions, Substitution, SubstitutionFailure, performed
from launch_ros.parameters import write_parameters

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext

__all__ = ["Node"]
__getattr__ = missing_attribute(__name__, __all__)

Parameters: TypeAlias = "Iterable[Mapping[str, Any] | SomeSubstitutions | PathLike]"


class Node(ExecuteProcess):
    """Starts an executable of a package with a node name, namespace, parameters and remappings."""

    def __init__(
        self,
        *,
        executable: SomeSubstitutions,
        package: SomeSubstitutions | None = None,
        name: SomeSubstitutions | None = None,
        namespace: SomeSubstitutions | None = None,
        exec_name: SomeSubstitutions | None = None,
        parameters: Parameters | None = None,
        remappings: Iterable[tuple[SomeSubstitutions, SomeSubstitutions]] | None = None,
        ros_arguments: Iterable[SomeSubstitutions] | None = None,
        arguments: Iterable[SomeSubstitutions] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cmd=list(arguments or []), name=exec_name, **kwargs)
        if parameters is not None and not isinstance(parameters, list):
            raise TypeError(f"Node(parameters=) expected a list, got {parameters!r}")
        self._executable = executable
        self._package = package
        self._name = name
        self._namespace = namespace
        self._parameters = list(parameters or [])
        self._remappings = list(remappings or [])
        self._ros_arguments = list(ros_arguments or [])

    def final_cmd(self, context: LaunchContext) -> list[str]:
        """The executable, its own arguments, then those that every ROS node understands."""
        cmd = [self._path(context), *super().final_cmd(context), "--ros-args"]
        cmd += [performed(context, argument) for argument in self._ros_arguments]
        name = None if self._name is None else performed(context, self._name)
        if name is not None:
            cmd += ["-r", f"__node:={name}"]
        namespace = self._absolute_namespace(context)
        if namespace is not None:
            cmd += ["-r", f"__ns:={namespace}"]
        full_name = f"{namespace.rstrip('/')}/{name}" if name and namespace else "/**"
        for parameters in self._parameters:
            cmd += self._parameter_arguments(context, parameters, full_name)
        for source, target in self._remappings:
            cmd += ["-r", f"{performed(context, source)}:={performed(context, target)}"]
        return cmd

    def _path(self, context: LaunchContext) -> str:
        executable = performed(context, self._executable)
        if self._package is None:
            return executable
        return find_executable(performed(context, self._package), executable)

    def _absolute_namespace(self, context: LaunchContext) -> str | None:
        if self._namespace is None:
            return None
        return "/" + performed(context, self._namespace).strip("/")

    def _parameter_arguments(
        self, context: LaunchContext, parameters: Any, full_name: str
    ) -> list[str]:
        if isinstance(parameters, Mapping):
            return ["--params-file", write_parameters(context, parameters, full_name)]
        assert isinstance(parameters, str | PathLike | Substitution | list | tuple)
        path = performed(context, parameters)
        if not Path(path).is_file():
            console.warning("launch_ros.actions.node", f"Parameter file path is not a file: {path}")
            return []
        return ["--params-file", path]


def find_executable(package: str, executable: str) -> str:
    """The path of an executable of a package."""
    try:
        folder = Path(get_package_prefix(package), "lib", package)
    except PackageNotFoundError:
        raise SubstitutionFailure(
            f"package '{package}' not found: build it (colcon build), and run by way of with-ros"
        ) from None
    path = folder / executable
    if not path.is_file():
        have = ", ".join(sorted(p.name for p in folder.glob("*"))) or "none"
        raise SubstitutionFailure(
            f"executable '{executable}' not found on the libexec directory '{folder}';"
            f" it has: {have}"
        )
    return str(path)
