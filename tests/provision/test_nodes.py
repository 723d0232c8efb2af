"""Nodes of the cluster and the machines that they are on."""

from __future__ import annotations

from lightkube.models.core_v1 import NodeSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node

from provision.net.nodes import machine_of


def test_a_node_that_was_made_by_hand_is_on_no_machine() -> None:
    """A node that names no machine is looked past: it once broke every look at the nodes."""
    meta = ObjectMeta(name="node-1")
    assert "i-0123" == machine_of(Node(metadata=meta, spec=NodeSpec(providerID="aws:///eu-west-1a/i-0123")))
    assert "" == machine_of(Node(metadata=meta, spec=NodeSpec()))
    assert "" == machine_of(Node(metadata=meta))
