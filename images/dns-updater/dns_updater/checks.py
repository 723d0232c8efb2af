"""A Route53 health check for each ingress node."""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from dns_updater.aws import REFUSED
from dns_updater.config import Settings
from dns_updater.model import Node, RecordSet

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_route53.type_defs import HealthCheckTypeDef

log = logging.getLogger(__name__)


class HealthChecks:
    """The health checks of the updater's own, known by their caller reference.

    Args:
        client: The Route53 client.
        settings: What the checks ask of a node, and the mark of our own.
    """

    def __init__(self, client: Route53Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._own: dict[str, list[HealthCheckTypeDef]] = {}
        self._refused: set[str] = set()
        self._tagged: set[str] = set()

    def refresh(self) -> None:
        """Read every health check of the account, and keep our own."""
        own: dict[str, list[HealthCheckTypeDef]] = {}
        for page in self._client.get_paginator("list_health_checks").paginate():
            for check in page["HealthChecks"]:
                stem, separator, _ = check["CallerReference"].rpartition("/")
                if separator and stem.startswith(self._settings.mark):
                    own.setdefault(stem, []).append(check)
        self._own = own

    def ensure(self, nodes: Iterable[Node]) -> dict[Node, str | None]:
        """Give the id of each node's health check, and make those that are missing.

        A node whose check Route53 refuses, such as one with a private address, gets `None`: its answers are
        published without one.
        """
        return {node: self._ensure(node) for node in nodes}

    def tag(self, nodes: Iterable[Node]) -> None:
        """Tag the checks of *nodes* with the team and the node, each once in the life of this process."""
        for node in nodes:
            for check in self._own.get(self._stem(node), [])[:1]:
                if check["Id"] not in self._tagged:
                    self._tag(check["Id"], node)
                    self._tagged.add(check["Id"])

    def prune(self, nodes: Iterable[Node], records: Collection[RecordSet]) -> None:
        """Delete our own checks that belong to no node any more, and to which no record set is tied any more."""
        needed = {self._stem(node) for node in nodes}
        tied = {record.health_check for record in records}
        for stem, checks in list(self._own.items()):
            # Of two checks for one node (the answer to a creation was lost), the first stays.
            for check in checks[:] if stem not in needed else checks[1:]:
                if check["Id"] in tied:
                    continue
                self._client.delete_health_check(HealthCheckId=check["Id"])
                checks.remove(check)
                log.info("health check deleted", extra={"data": {"id": check["Id"], "reference": stem}})
            if not checks:
                del self._own[stem]

    def _stem(self, node: Node) -> str:
        """Give what caller references of the checks of *node* begin with: another node or another address differs."""
        asked = (node.name, node.uid, node.address, *map(str, sorted(self._wanted(node).items())))
        return self._settings.mark + hashlib.sha256("\n".join(asked).encode()).hexdigest()[:16]

    def _wanted(self, node: Node) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "IPAddress": node.address,
            "Port": self._settings.check_port,
            "Type": self._settings.check_type,
            "RequestInterval": self._settings.check_interval,
            "FailureThreshold": self._settings.check_threshold,
        }
        if self._settings.check_type != "TCP":
            wanted["ResourcePath"] = self._settings.check_path
        return wanted

    def _ensure(self, node: Node) -> str | None:
        stem = self._stem(node)
        if stem in self._refused:
            return None
        if stem not in self._own:
            created = self._create(node, stem)
            if created is None:
                return None
            self._own[stem] = [created]
        check = self._own[stem][0]
        self._repair(check, node)
        return check["Id"]

    def _create(self, node: Node, stem: str) -> HealthCheckTypeDef | None:
        # Route53 never takes the reference of a deleted check again, so the last part counts up.
        for count in itertools.count():
            try:
                answer = self._client.create_health_check(
                    CallerReference=f"{stem}/{count}",
                    HealthCheckConfig=self._wanted(node),  # type: ignore[arg-type]
                )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "HealthCheckAlreadyExists":
                    continue
                if code not in REFUSED:
                    raise
                self._refused.add(stem)
                reason = error.response["Error"]["Message"]
                log.warning(
                    "no health check is possible: the node's records go without one",
                    extra={"data": {"node": node.name, "address": node.address, "reason": reason}},
                )
                return None
            log.info(
                "health check created",
                extra={"data": {"node": node.name, "address": node.address, "id": answer["HealthCheck"]["Id"]}},
            )
            return answer["HealthCheck"]
        raise AssertionError

    def _repair(self, check: HealthCheckTypeDef, node: Node) -> None:
        """Put right what somebody changed in *check* by hand."""
        actual: dict[str, Any] = {**check["HealthCheckConfig"]}
        expected = {**self._wanted(node), "Disabled": False, "Inverted": False}
        fixed = ("Type", "RequestInterval")  # these cannot be changed, by nobody
        wrong = {key: value for key, value in expected.items() if key not in fixed and actual.get(key, False) != value}
        if not wrong:
            return
        answer = self._client.update_health_check(HealthCheckId=check["Id"], **wrong)
        check["HealthCheckConfig"] = answer["HealthCheck"]["HealthCheckConfig"]
        log.info("health check repaired", extra={"data": {"node": node.name, "id": check["Id"], "fields": [*wrong]}})

    def _tag(self, check_id: str, node: Node) -> None:
        wanted = {"Name": node.name, "seatrial.dev/team": self._settings.team}
        answer = self._client.list_tags_for_resource(ResourceType="healthcheck", ResourceId=check_id)
        actual = {tag["Key"]: tag["Value"] for tag in answer["ResourceTagSet"]["Tags"]}
        if wanted.items() <= actual.items():
            return
        self._client.change_tags_for_resource(
            ResourceType="healthcheck",
            ResourceId=check_id,
            AddTags=[{"Key": key, "Value": value} for key, value in wanted.items()],
        )
