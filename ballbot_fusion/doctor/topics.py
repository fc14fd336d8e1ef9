"""Whether each topic is there, of the right type, and heard by whoever must hear it."""

from collections.abc import Iterator

from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.observed import Endpoint, Observed, Stream

OURS = frozenset({"inference", "safety", "recorder", "dashboard", "monitor"})
"""Nodes that are no drivers: they listen to what the motors are told as well."""


def _who(endpoints: tuple[Endpoint, ...]) -> str:
    return ", ".join(sorted({endpoint.node for endpoint in endpoints}))


def _drivers(observed: Observed, name: str, stream: Stream) -> tuple[Endpoint, ...]:
    """The end of a topic that belongs to a driver."""
    ends = stream.subscriptions if name == observed.motor_topic else stream.publishers
    return tuple(end for end in ends if end.node not in OURS)


def present(observed: Observed) -> Iterator[Finding]:
    """Somebody publishes each sensor topic, and somebody listens to the motors' one."""
    for name, stream in observed.streams.items():
        ends = _drivers(observed, name, stream)
        if not ends:
            yield _missing(observed, name, stream)
        elif name != observed.motor_topic and not stream.arrivals_ns and _typed(stream, ends):
            yield failed(
                "topic", name, f"{_who(ends)} publishes {stream.topic} but sends nothing",
                "messages", f"topics: {name}",
                "Look at the driver's own log; give another topic if this one is not the sensor's.",
            )  # fmt: skip
        else:
            yield passed("topic", name, f"{stream.topic} of {_who(ends)}")


def _missing(observed: Observed, name: str, stream: Stream) -> Finding:
    like = sorted(
        topic
        for topic, types in observed.graph.items()
        if stream.type in types and topic not in {s.topic for s in observed.streams.values()}
    )
    motors = name == observed.motor_topic
    verb = "listens to" if motors else "publishes"
    hint = f"; of this type there are {', '.join(like)}" if like and not motors else ""
    other = ", or command_type:= the other type" if motors else ""
    return failed(
        "topic", name, f"nobody {verb} {stream.topic}{hint}", "a driver", f"topics: {name}",
        f"Start the driver, or write into the file of topics:= what it calls it: `{name}: /...`"
        f"{other}. Same ROS_DOMAIN_ID and network?",
    )  # fmt: skip


def _typed(stream: Stream, ends: tuple[Endpoint, ...]) -> bool:
    return all(end.type == stream.type for end in ends)


def types(observed: Observed) -> Iterator[Finding]:
    """Each topic has the type that its readers need."""
    for name, stream in observed.streams.items():
        ends = _drivers(observed, name, stream)
        wrong = tuple(end for end in ends if end.type != stream.type)
        if not ends:
            yield unknown("type", name, "nobody is there")
        elif not wrong:
            yield passed("type", name, stream.type)
        else:
            motors = name == observed.motor_topic
            yield failed(
                "type", name, f"{wrong[0].type} by {_who(wrong)}", stream.type,
                "command_type" if motors else f"topics: {name}",
                "Launch with the command_type that the motors' driver takes."
                if motors
                else "Name the topic of this type; have the driver publish it if there is none.",
            )  # fmt: skip


def _clash(publisher: Endpoint, subscription: Endpoint) -> str:
    """The policy by which two ends never meet; empty when they do."""
    if subscription.reliable and not publisher.reliable:
        return "reliability"
    if subscription.latched and not publisher.latched:
        return "durability"
    return ""


def quality(observed: Observed) -> Iterator[Finding]:
    """Whoever offers less than a listener asks for is not heard: QoS must match."""
    for name, stream in observed.streams.items():
        publishers, listeners = stream.publishers, stream.subscriptions
        if name == observed.motor_topic:  # safety may not run yet: this is what it will offer
            publishers = publishers or (Endpoint("safety", stream.type, True, False),)
        else:  # likewise inference, which is content with whatever is sent
            listeners = listeners or (Endpoint("inference", stream.type, False, False),)
        pairs = [(p, s) for p in publishers for s in listeners]
        clashes = [(p, s, _clash(p, s)) for p, s in pairs if _clash(p, s)]
        if not pairs:
            yield unknown("qos", name, "nobody is there")
        elif not clashes:
            yield passed("qos", name, f"{len(pairs)} pairs match")
        for publisher, subscription, policy in clashes[:1]:
            motors = name == observed.motor_topic
            value = {
                ("reliability", False): "best_effort", ("reliability", True): "reliable",
                ("durability", False): "volatile", ("durability", True): "transient_local",
            }[policy, motors]  # fmt: skip
            end = "publisher" if motors else "subscription"
            parameter = f"qos_overrides.{stream.topic}.{end}.{policy}"
            yield failed(
                "qos", name,
                f"{subscription.node} asks for a {policy} that {publisher.node} does not offer",
                "policies that match", parameter,
                f"Set it to {value} in the parameter file of {'safety' if motors else 'inference'},"
                " or change the driver's QoS.",
            )  # fmt: skip
