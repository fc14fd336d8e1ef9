"""A node's parameters are one pydantic model: declared once, with type, range and description."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from ballbot_fusion.core.settings import Settings, SettingsError, validate

SettingsT = TypeVar("SettingsT", bound=Settings)
BUILT_IN = ("use_sim_time", "start_type_description_service", "qos_overrides")
"""Parameters that rclpy itself declares."""


def flattened(model: type[BaseModel], prefix: str = "") -> dict[str, tuple[Any, str]]:
    """Default and description of every parameter, nested models by dotted names."""
    table: dict[str, tuple[Any, str]] = {}
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            table.update(flattened(type(default), f"{prefix}{name}."))
        else:
            table[prefix + name] = (default, field.description or "")
    return table


def nested(values: dict[str, Any]) -> dict[str, Any]:
    """Turn dotted names back into a tree."""
    tree: dict[str, Any] = {}
    for name, value in values.items():
        *groups, leaf = name.split(".")
        branch = tree
        for group in groups:
            branch = branch.setdefault(group, {})
        branch[leaf] = value
    return tree


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def declare(node: Node, model: type[Settings]) -> None:
    """Declare every field of ``model``; values given at start-up override the defaults."""
    for name, (default, description) in flattened(model).items():
        descriptor = ParameterDescriptor(description=description, dynamic_typing=True)
        if not node.has_parameter(name):
            node.declare_parameter(name, _plain(default), descriptor)


def read(node: Node, model: type[SettingsT], changed: dict[str, Any] | None = None) -> SettingsT:
    """Return the node's parameters as ``model``, with ``changed`` ones already in place.

    Raises:
        SettingsError: a value is wrong, or a parameter was given that the node does not have.
    """
    given = {
        name: parameter.value
        for name, parameter in node.get_parameters_by_prefix("").items()
        if not name.startswith(BUILT_IN)
    }
    return validate(model, nested(given | (changed or {})), f"parameters of {node.get_name()}")


def guard_changes(node: Node, model: type[SettingsT], accept: Callable[[SettingsT], str]) -> None:
    """Check parameters that are set while running; ``accept`` says why not, or nothing."""

    def check(parameters: list[Parameter]) -> SetParametersResult:
        changed = {p.name: p.value for p in parameters if not p.name.startswith(BUILT_IN)}
        try:
            reason = accept(read(node, model, changed))
        except SettingsError as error:
            reason = str(error)
        return SetParametersResult(successful=not reason, reason=reason)

    node.add_on_set_parameters_callback(check)
