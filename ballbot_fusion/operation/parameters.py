"""Parameters of live nodes: list, read, set."""

from typing import Any

from rcl_interfaces.msg import Parameter, ParameterType
from rcl_interfaces.srv import (
    GetParameters,
    ListParameters,
    SetParametersAtomically,
)
from rclpy.node import Node
from rclpy.parameter import Parameter as PythonParameter
from rclpy.parameter import parameter_value_to_python

from ballbot_fusion.operation.client import NobodyAnswersError, call, domain, settled

LIST = "/list_parameters"


class ParameterRefusedError(ValueError):
    """A live node does not have a parameter, or refuses a value. The text says which and why."""


def nodes(node: Node) -> list[str]:
    """Names of the live nodes that have parameters.

    Raises:
        NobodyAnswersError: there are none on this domain.
    """

    def found() -> list[str]:
        services = node.get_service_names_and_types()
        return sorted(name.removesuffix(LIST) for name, _ in services if name.endswith(LIST))

    names = settled(found)
    if not names:
        raise NobodyAnswersError(f"No node with parameters on {domain()}. Is the launch running?")
    return names


def listed(node: Node, target: str) -> dict[str, Any]:
    """All parameters of the node ``target`` with their values."""
    names = call(node, ListParameters, f"{target}{LIST}", ListParameters.Request())
    return read(node, target, sorted(names.result.names))


def read(node: Node, target: str, names: list[str]) -> dict[str, Any]:
    """Values of some parameters; raises ParameterRefusedError when one does not exist."""
    request = GetParameters.Request(names=names)
    values = call(node, GetParameters, f"{target}/get_parameters", request).values
    missing = [
        name
        for name, value in zip(names, values, strict=False)
        if value.type == ParameterType.PARAMETER_NOT_SET
    ]
    if missing or len(values) != len(names):
        raise ParameterRefusedError(
            f"{target} has no parameter {', '.join(missing or names)}. "
            f"`ballbot param list {target}` shows those it has."
        )
    return {
        name: parameter_value_to_python(value) for name, value in zip(names, values, strict=True)
    }


def write(node: Node, target: str, values: dict[str, Any]) -> None:
    """Set parameters, all or none; raises ParameterRefusedError with the node's reason."""
    messages: list[Parameter] = [
        PythonParameter(name, value=value).to_parameter_msg() for name, value in values.items()
    ]
    request = SetParametersAtomically.Request(parameters=messages)
    service = f"{target}/set_parameters_atomically"
    result = call(node, SetParametersAtomically, service, request).result
    if not result.successful:
        wanted = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        raise ParameterRefusedError(f"{target} refuses {wanted}: {result.reason}")
