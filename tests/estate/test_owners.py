"""Whose things are: what bears another team's name, or none, is seen wherever it lies among ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from provision.estate import AwsAccess, Estate
from seatrial.observers.aws import Aws
from steps.support import machines


@pytest.mark.parametrize("name", ["strangers.example.com", ""])
def test_a_subnet_of_strangers(stood_up: Callable[[str], Estate], access: AwsAccess, aws: Aws, name: str) -> None:
    """Each subnet of our network is named with its team; one that was retagged is still there, as another's."""
    stood_up("red")
    ours, ec2 = machines.Estate(aws, "red.example.com"), access.client("ec2")
    before = ours.owners("subnets")
    assert {"red.example.com"} == {row["team"] for row in before.values()}
    subnet = min(before)
    own: Any = {"Key": "KubernetesCluster", "Value": "red.example.com"}
    if name:
        ec2.create_tags(Resources=[subnet], Tags=[own | {"Value": name}])
    else:
        ec2.delete_tags(Resources=[subnet], Tags=[own])
    try:
        assert {**before, subnet: {"team": name or "nobody"}} == ours.owners("subnets")
    finally:
        ec2.create_tags(Resources=[subnet], Tags=[own])
