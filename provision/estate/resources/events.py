"""Notices of a machine's end, which kops has sent to a queue."""

from __future__ import annotations

from provision.estate.resources.kind import Kind
from provision.estate.scope import Scope


def _event_rules(scope: Scope) -> list[str]:
    rules = scope.access.client("events").list_rules(NamePrefix=f"{scope.names.cluster}-")["Rules"]
    return [rule["Name"] for rule in rules]


def _delete_event_rule(scope: Scope, name: str) -> None:
    events = scope.access.client("events")
    targets = [target["Id"] for target in events.list_targets_by_rule(Rule=name)["Targets"]]
    if targets:
        events.remove_targets(Rule=name, Ids=targets)
    events.delete_rule(Name=name)


def _queues(scope: Scope) -> list[str]:
    name = f"{scope.names.cluster.replace('.', '-')}-nth"  # kops's, for notices of a machine's end
    found = scope.access.client("sqs").list_queues(QueueNamePrefix=name).get("QueueUrls", [])
    return [url for url in found if url.rsplit("/", 1)[-1] == name]


KINDS = (
    Kind("event rules", _event_rules, _delete_event_rule),
    Kind("queues", _queues, lambda s, i: s.access.client("sqs").delete_queue(QueueUrl=i)),
)
