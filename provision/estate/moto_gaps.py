# ruff: noqa: SLF001 - what is put right here has no public name
"""Where moto 5.2.5 behaves otherwise than AWS does: each gap by name, closed in the moto server's own process.

With these closed, a second ``kops update cluster`` finds nothing to change on moto and ``kops delete cluster`` ends,
as on AWS.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.instances import Instance, MetadataOptions
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.responses.subnets import Subnets
from moto.ec2.responses.vpcs import VPCs
from moto.route53.models import DelegationSet, FakeZone
from moto.route53.responses import Route53

from provision.estate import moto_templates

_ENDS = ("com", "net", "org", "co.uk")


def close_gaps() -> None:
    """Close every gap; called once, before the server answers its first request."""
    _replace(AutoScalingBackend, "describe_warm_pool", _no_warm_pool_without_a_group)
    _replace(Route53, "create_hosted_zone", _a_zone_with_a_network_is_private)
    _replace(FakeZone, "add_vpc", _a_network_is_associated_once)
    _replace(DelegationSet, "__init__", _a_zone_has_servers_of_its_own)
    _replace(Subnets, "modify_subnet_attribute", _host_names_after_the_resource)
    _replace(DHCPOptions, "create_dhcp_options", _options_are_tagged_as_they_are_made)
    _replace(SubnetBackend, "delete_subnet", _a_subnet_takes_its_route_along)
    _replace(EBSBackend, "delete_volume", _a_volume_takes_its_tags_along)
    _replace(VPCs, "create_vpc", _a_dry_run_makes_nothing)
    _replace(VPCBackend, "delete_vpc", _a_network_leaves_its_options)
    _replace(Instance, "add_block_device", _one_volume_for_each_device)
    _replace(FakeAutoScalingGroup, "replace_autoscaling_group_instances", _instances_are_as_their_template_says)
    _replace(Instance, "terminate", _an_instance_takes_its_interface_along)
    setattr(Instance, "private_dns_name", property(_private_dns_name_in_its_region))  # noqa: B010
    moto_templates.close_gaps()


def _replace(owner: type, name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    setattr(owner, name, wrap(getattr(owner, name)))


def _no_warm_pool_without_a_group(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: a group that is not there has no warm pool. Moto: an internal error, which kops retries for minutes."""

    def describe_warm_pool(self: AutoScalingBackend, group_name: str) -> object:
        return original(self, group_name) if group_name in self.autoscaling_groups else None

    return describe_warm_pool


def _a_zone_with_a_network_is_private(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: a zone made with a VPC is private. Moto: only if the request says so, which kops's does not."""

    def create_hosted_zone(self: Route53, *arguments: Any, **details: Any) -> object:
        if self._get_param("VPC.VPCId"):
            # The one truth value that this request has is PrivateZone; the object serves this one request only.
            vars(self)["_get_bool_param"] = lambda *_: True
        return original(self, *arguments, **details)

    return create_hosted_zone


def _a_network_is_associated_once(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: shows a private zone's VPCs. Moto: shows them under names that the answer's format does not know."""

    def add_vpc(self: FakeZone, vpc_id: str | None, vpc_region: str | None) -> object:
        answer = original(self, vpc_id, vpc_region)
        for vpc in self.vpcs:
            vpc.update(VPCId=vpc.get("vpc_id"), VPCRegion=vpc.get("vpc_region"))
        return answer

    return add_vpc


def _a_zone_has_servers_of_its_own(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: every zone is given four servers. Moto: all zones have the same four, whoever delegates to which."""

    def init(self: DelegationSet, reference: str, servers: list[str] | None, set_id: str | None) -> None:
        number = secrets.randbelow(512)
        four = [f"ns-{512 * n + number}.awsdns-{number % 64:02}.{end}" for n, end in enumerate(_ENDS)]
        original(self, reference, servers or four, set_id)

    return init


def _host_names_after_the_resource(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: a subnet's host name type can be changed. Moto: forgets it."""

    def modify_subnet_attribute(self: Subnets) -> object:
        host_names = self._get_param("PrivateDnsHostnameTypeOnLaunch")
        if host_names:
            subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
            subnet.private_dns_name_options_on_launch["HostnameType"] = host_names
        return original(self)

    return modify_subnet_attribute


def _options_are_tagged_as_they_are_made(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: DHCP options get their tags as they are made. Moto: not before another call, which a crash may forestall."""

    def create_dhcp_options(self: Any) -> object:
        answer = original(self)
        answer.result["DhcpOptions"].add_tags(self._parse_tag_specification().get("dhcp-options", {}))
        return answer

    return create_dhcp_options


def _a_subnet_takes_its_route_along(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: a subnet's route table association ends with it. Moto: it stays, and the table can never be deleted."""

    def delete_subnet(self: Any, subnet_id: str) -> object:
        for table in self.route_tables.values():
            for association, target in list(table._associations.items()):
                if target == subnet_id:
                    del table._associations[association]
        return original(self, subnet_id)

    return delete_subnet


def _a_volume_takes_its_tags_along(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: no tag outlives its volume. Moto: tells of it for ever."""

    def delete_volume(self: Any, volume_id: str) -> object:
        answer = original(self, volume_id)
        self.tags.pop(volume_id, None)
        return answer

    return delete_volume


def _a_dry_run_makes_nothing(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: says whether a network might be made. Moto: makes it all the same."""

    def create_vpc(self: VPCs) -> object:
        self.error_on_dryrun()
        return original(self)

    return create_vpc


def _a_network_leaves_its_options(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: DHCP options outlive their VPC. Moto: they go with it, and then cannot be deleted."""

    def delete_vpc(self: Any, vpc_id: str) -> object:
        vpc = self.vpcs.get(vpc_id)
        options = vpc.dhcp_options if vpc else None
        answer = original(self, vpc_id)
        if options:
            self.dhcp_options_sets[options.id] = options
        return answer

    return delete_vpc


def _one_volume_for_each_device(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: a launch template's root volume is the root volume. Moto: a second one; the first is never deleted."""

    def add_block_device(self: Instance, size: int, device_path: str, *arguments: Any, **details: Any) -> object:
        taken = self.block_device_mapping.get(device_path)
        if taken is not None:
            self.ec2_backend.detach_volume(taken.volume_id, self.id, device_path)
            self.ec2_backend.delete_volume(taken.volume_id)
        return original(self, size, device_path, *arguments, **details)

    return add_block_device


def _instances_are_as_their_template_says(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: an instance of a group has security groups, metadata options and public address as its launch template says.

    Moto: it has its network's default group, gives its metadata to everybody who asks, and has no public address.
    """

    def replace_autoscaling_group_instances(self: Any, *arguments: Any, **details: Any) -> None:
        before = {state.instance.id for state in self.instance_states}
        original(self, *arguments, **details)
        if not self.ec2_launch_template:
            return
        data = self.ec2_launch_template.get_version(self.launch_template_version).data
        ec2 = self.autoscaling_backend.ec2_backend
        groups = [
            ec2.get_security_group_from_id(group)
            for interface in data.get("NetworkInterfaces", [])
            for group in interface.get("Groups", [])
        ]
        public = any(i.get("AssociatePublicIpAddress") for i in data.get("NetworkInterfaces", []))
        for instance in (state.instance for state in self.instance_states if state.instance.id not in before):
            instance.metadata_options = MetadataOptions(data.get("MetadataOptions", {}))
            instance.nics[0].public_ip_auto_assign = public
            instance.nics[0].start()
            if groups:
                instance.security_groups = list(groups)
                instance.nics[0]._group_set = list(groups)

    return replace_autoscaling_group_instances


def _an_instance_takes_its_interface_along(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: the primary network interface ends with its instance. Moto: it stays, in use."""

    def terminate(self: Instance) -> object:
        answer = original(self)
        for interface in self.nics.values():
            self.ec2_backend.enis.pop(interface.id, None)
        return answer

    return terminate


def _private_dns_name_in_its_region(self: Instance) -> str:
    """AWS: named after its region. Moto: an instance of a group is named as if it were in us-east-1."""
    address = str(self.private_ip).replace(".", "-")
    region = self.ec2_backend.region_name
    return f"ip-{address}.ec2.internal" if region == "us-east-1" else f"ip-{address}.{region}.compute.internal"
