"""All that is a platform's, in the cloud and in its cluster: to see that it is as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from lightkube import Client

from provision.estate import AwsAccess
from provision.estate.belongings import belongings
from provision.estate.names import Names
from provision.workloads.everything import everything
from provision.workloads.objects import label
from seatrial.checks.observer import Fidelity, Observer, reading

# What controllers make and change as machines and pods come, go and report.
_CHANGING = frozenset({"CSINode", "CertificateSigningRequest", "EndpointSlice", "Endpoints", "IPAddress", "Node"})


class Belongings(Observer):
    """Reads all that is one platform's.

    Args:
        access: The cloud.
        names: The platform's names in it.
        kube: Gives a client of the cluster's API.
        fidelity: How true the cloud is.
    """

    def __init__(self, access: AwsAccess, names: Names, kube: Callable[[], Client], fidelity: Fidelity) -> None:
        super().__init__("belongings", fidelity)
        self._access = access
        self._names = names
        self._kube = kube

    @reading
    def found(self) -> dict[str, dict[str, object]]:
        """Return every resource, record, stored object and object of the cluster by its name, with what it is.

        What is leaving is there no more: whoever removes something now is noticed, and not who did so a while ago.
        """
        return {**belongings(self._access, self._names), **staying(everything(self._kube()))}


def staying(objects: Iterable[dict[str, Any]]) -> dict[str, dict[str, object]]:
    """Return what each object is that nobody has removed, by its name."""
    return {label(obj): _row(obj) for obj in objects if "deletionTimestamp" not in obj["metadata"]}


def _row(obj: dict[str, Any]) -> dict[str, object]:
    """Return what must stay of an object: which one it is, and what it says; its content as a digest, for secrets."""
    meta = obj["metadata"]
    row: dict[str, object] = {"uid": meta["uid"]}
    if obj["kind"] in _CHANGING:
        return row
    content = {name: value for name, value in obj.items() if name not in ("metadata", "status")}
    told = json.dumps([content, meta.get("labels"), meta.get("annotations")], sort_keys=True)
    return row | {"generation": meta.get("generation", 0), "content": hashlib.sha256(told.encode()).hexdigest()[:12]}
