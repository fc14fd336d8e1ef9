"""Parameters of live nodes: list, read, set."""

from typing import Any

from rcl_interfaces.msg import Parameter, ParameterType
from rcl_interfaces.srv import GetParameters, ListParameters, SetParameters
from rclpy.node import Node
from rclpy.parameter import Parameter as PythonParameter
from rclpy.parameter import parameter_value_to_python

from ballbot_fusion.operation.client import call


def listed(node: Node, target: str) -> dict[str, Any]:
    """All parameters of the node ``target`` with their values."""
    names = call(node, ListParameters, f"{target}/list_parameters", ListParameters.Request())
    return read(node, target, sorted(names.result.names))


def read(node: Node, target: str, names: list[str]) -> dict[str, Any]:
    """Values of some parameters; raises ValueError when one does not exist."""
    request = GetParameters.Request(names=names)
    values = call(node, GetParameters, f"{target}/get_parameters", request).values
    missing = [
        name
        for name, value in zip(names, values, strict=False)
        if value.type == ParameterType.PARAMETER_NOT_SET
    ]
    if missing or len(values) != len(names):
        raise ValueError(
            f"{target} has no parameter {', '.join(missing or names)}; see `param list`."
        )
    return {
        name: parameter_value_to_python(value) for name, value in zip(names, values, strict=True)
    }


def write(node: Node, target: str, name: str, value: Any) -> None:
    """Set one parameter; raises ValueError with the node's reason when it refuses."""
    message: Parameter = PythonParameter(name, value=value).to_parameter_msg()
    request = SetParameters.Request(parameters=[message])
    result = call(node, SetParameters, f"{target}/set_parameters", request).results[0]
    if not result.successful:
        raise ValueError(f"{target} refuses {name} = {value!r}: {result.reason}")
