"""A node's parameters are one pydantic model: declared once, with type, range and description."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from ballbot_fusion.core.settings import Settings, SettingsError, validate
from ballbot_fusion.nodes import qos

SettingsT = TypeVar("SettingsT", bound=Settings)
BUILT_IN = ("use_sim_time", "start_type_description_service", qos.OVERRIDES)
"""Parameters that rclpy itself declares, by how they begin."""
CLOCK_OVERRIDES = f"{qos.OVERRIDES}./clock."
"""Declared by rclpy when it follows /clock."""
LIMITS = {
    "gt": "above {}",
    "ge": "at least {}",
    "lt": "below {}",
    "le": "at most {}",
}


class Declaration:
    """What rclpy is told of one parameter."""

    def __init__(self, field: FieldInfo, default: Any) -> None:
        """Take default, description and limits from a model's field."""
        self.default = list(default) if isinstance(default, tuple) else default
        self.description = " ".join((field.description or "").split())
        self.constraints = ", ".join(_constraints(field))


def _constraints(field: FieldInfo) -> Iterator[str]:
    """Say in words what values a field takes."""
    for limit in field.metadata:
        for attribute, text in LIMITS.items():
            bound = getattr(limit, attribute, None)
            if bound is not None:
                yield text.format(f"{bound:g}")
    options = get_args(field.annotation)
    if options and all(isinstance(option, str) for option in options):
        yield f"one of {', '.join(options)}"


def declarations(model: type[BaseModel], prefix: str = "") -> dict[str, Declaration]:
    """Return every parameter of ``model`` by name, those of nested models by dotted names."""
    table: dict[str, Declaration] = {}
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            table.update(declarations(type(default), f"{prefix}{name}."))
        else:
            table[prefix + name] = Declaration(field, default)
    return table


def nested(values: dict[str, Any]) -> dict[str, Any]:
    """Turn dotted names back into a tree."""
    tree: dict[str, Any] = {}
    for name, value in values.items():
        *groups, leaf = name.split(".")
        branch = tree
        for group in groups:
            branch = branch.setdefault(group, {})
            if not isinstance(branch, dict):
                raise SettingsError(f"{name}: {group} is a value too, expected only a group.")
        branch[leaf] = value
    return tree


def declare(node: Node, model: type[Settings]) -> None:
    """Declare every field of ``model``; values given at start-up override the defaults."""
    for name, entry in declarations(model).items():
        # Dynamic: 25 must do where 25.0 is meant. The model judges types and ranges.
        descriptor = ParameterDescriptor(
            description=entry.description,
            additional_constraints=entry.constraints,
            dynamic_typing=True,
        )
        if node.has_parameter(name):
            node.set_descriptor(name, descriptor)
        else:
            node.declare_parameter(name, entry.default, descriptor)


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


def refuse_unknown_qos(node: Node) -> None:
    """Refuse overrides of topics, roles or policies that ``node`` does not have.

    Raises:
        SettingsError: there are some.
    """
    known = set(qos.parameter_names(node))
    given = (f"{qos.OVERRIDES}.{name}" for name in node.get_parameters_by_prefix(qos.OVERRIDES))
    wrong = sorted(n for n in given if n not in known and not n.startswith(CLOCK_OVERRIDES))
    if wrong:
        raise SettingsError(
            f"{node.get_name()} has no {', '.join(wrong)}; it has {', '.join(sorted(known))}."
        )


def guard_changes(node: Node, check: Callable[[dict[str, Any]], str]) -> None:
    """Have ``check`` look at parameters that are set; it says why not, or nothing."""

    def on_set(parameters: list[Parameter]) -> SetParametersResult:
        changed = {p.name: p.value for p in parameters if not p.name.startswith(BUILT_IN)}
        reason = check(changed) if changed else ""
        return SetParametersResult(successful=not reason, reason=reason)

    node.add_on_set_parameters_callback(on_set)
