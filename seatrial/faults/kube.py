"""Faults and changes on objects of the cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

import httpx2
from lightkube import ApiError, codecs
from lightkube.core.resource import NamespacedResource, Resource
from lightkube.core.resource_registry import resource_registry
from lightkube.types import CascadeType

from seatrial.faults.base import Fault, Memory
from seatrial.provisioning.contract import Actuators
from seatrial.retrying import retrying

_MANAGER = "seatrial-trial"
_MISSING, _CONFLICT = 404, 409
_TRIES, _PAUSE = 3, 0.5  # times, seconds


def resource_type(api_version: str, kind: str) -> type[Resource]:
    """Return lightkube's class of an object's kind."""
    found: type[Resource] = resource_registry.load(api_version, kind)
    return found


def sent(change: Callable[[], object], arrived: int = 0) -> None:
    """Make a change that may be made twice; a connection that a lost server had held is tried again on another.

    Args:
        change: What is done.
        arrived: The refusal that a second try meets if the first has arrived after all.

    Raises:
        httpx2.TransportError: If none got through.
        ApiError: If the API refuses it.
    """
    tried = count()

    def once() -> None:
        first = next(tried) == 0
        try:
            change()
        except ApiError as error:
            if first or error.status.code != arrived:
                raise

    retrying(once, passing=_lost, within=0.0, pause=_PAUSE, least=_TRIES)


def _lost(error: Exception) -> bool:
    return isinstance(error, httpx2.TransportError)


class _OnObject(Fault):
    """What faults on one object share: how it is reached."""

    def scope(self, kind: type[Resource], namespace: str) -> dict[str, str]:
        """Return the namespace argument where *kind* has one."""
        return {"namespace": namespace} if issubclass(kind, NamespacedResource) else {}

    def read(self, actuators: Actuators[Any], kind: type[Resource], name: str, namespace: str) -> Any:
        """Read the object, or None."""
        try:
            return actuators.kube().get(kind, name, **self.scope(kind, namespace))
        except ApiError as error:
            if error.status.code == _MISSING:
                return None
            raise


@dataclass(frozen=True)
class Create(_OnObject):
    """Create an object; undone by deleting it.

    Example:
        >>> str(Create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "note", "namespace": "trial"}}))
        'create ConfigMap trial/note'
    """

    kind: ClassVar[str] = "create"
    manifest: dict[str, Any]

    def apply(self, actuators: Actuators[Any]) -> None:
        """Create it."""
        wanted = codecs.from_dict(self.manifest)
        sent(lambda: actuators.kube().create(wanted, field_manager=_MANAGER), arrived=_CONFLICT)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Delete it, if it is there."""
        kind, name, namespace = self._where()
        try:
            sent(lambda: actuators.kube().delete(kind, name, grace_period=0, **self.scope(kind, namespace)))
        except ApiError as error:
            if error.status.code != _MISSING:
                raise

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name it while it is still there."""
        return [str(self)] if self.read(actuators, *self._where()) is not None else []

    def __str__(self) -> str:
        kind, name, namespace = self._where()
        return f"create {kind.__name__} {namespace}/{name}"

    def _where(self) -> tuple[type[Resource], str, str]:
        meta = self.manifest["metadata"]
        kind = resource_type(self.manifest["apiVersion"], self.manifest["kind"])
        return kind, meta["name"], meta.get("namespace", "default")


@dataclass(frozen=True)
class Patch(_OnObject):
    """Change an object by a merge patch; undone by putting its labels, annotations and spec (or data) back.

    Example:
        >>> str(Patch("apps/v1", "Deployment", "msvc1", "microservices", {"spec": {"replicas": 0}}))
        'patch Deployment microservices/msvc1'
    """

    kind: ClassVar[str] = "patch"
    api_version: str
    object_kind: str
    name: str
    namespace: str
    patch: dict[str, Any]

    def before(self, actuators: Actuators[Any]) -> Memory:
        """Keep the object as it is."""
        found = self._read(actuators)
        if found is None:
            raise LookupError(f"no {self.object_kind} {self.namespace}/{self.name} to patch")
        return {"object": found.to_dict()}

    def apply(self, actuators: Actuators[Any]) -> None:
        """Patch it."""
        kind = self._type()
        scope = self.scope(kind, self.namespace)
        sent(lambda: actuators.kube().patch(kind, self.name, self.patch, field_manager=_MANAGER, **scope))

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:
        """Put back what a person states of an object; tried anew when a controller changes it at the same time."""
        for _ in range(20):
            current = self._read(actuators)
            if current is None:
                return
            try:
                wanted = codecs.from_dict(_restored(current.to_dict(), memory["object"]))
                sent(lambda wanted=wanted: actuators.kube().replace(wanted))  # type: ignore[misc]
            except ApiError as error:
                if error.status.code != _CONFLICT:
                    raise
            else:
                return
        raise RuntimeError(f"{self.object_kind} {self.namespace}/{self.name} changes too often to be put back")

    def __str__(self) -> str:
        return f"patch {self.object_kind} {self.namespace}/{self.name}"

    def _type(self) -> type[Resource]:
        return resource_type(self.api_version, self.object_kind)

    def _read(self, actuators: Actuators[Any]) -> Any:
        return self.read(actuators, self._type(), self.name, self.namespace)


@dataclass(frozen=True)
class Delete(_OnObject):
    """Delete an object; undone by creating it again, unless its controller has.

    Attributes:
        cascade: What becomes of what it owns, as Kubernetes names it: "Orphan" leaves it to nobody.

    Example:
        >>> str(Delete("v1", "Pod", "msvc1-0", "microservices"))
        'delete Pod microservices/msvc1-0'
    """

    kind: ClassVar[str] = "delete"
    api_version: str
    object_kind: str
    name: str
    namespace: str
    cascade: str = ""

    def before(self, actuators: Actuators[Any]) -> Memory:
        """Keep the object as it is."""
        found = self._read(actuators)
        if found is None:
            raise LookupError(f"no {self.object_kind} {self.namespace}/{self.name} to delete")
        owned = bool(found.metadata.ownerReferences)
        return {"object": None if owned else found.to_dict()}

    def apply(self, actuators: Actuators[Any]) -> None:
        """Delete it."""
        kind = resource_type(self.api_version, self.object_kind)
        scope: dict[str, Any] = self.scope(kind, self.namespace)
        if self.cascade:
            scope["cascade"] = CascadeType(self.cascade)
        sent(lambda: actuators.kube().delete(kind, self.name, **scope), arrived=_MISSING)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:
        """Create it again as it was; what a controller owns comes back by itself."""
        if memory["object"] is None or self._read(actuators) is not None:
            return
        wanted = dict(memory["object"])
        meta = wanted["metadata"]
        kept = ("name", "namespace", "labels", "annotations")
        wanted["metadata"] = {key: meta[key] for key in kept if key in meta}
        wanted.pop("status", None)
        sent(lambda: actuators.kube().create(codecs.from_dict(wanted), field_manager=_MANAGER), arrived=_CONFLICT)

    def __str__(self) -> str:
        return f"delete {self.object_kind} {self.namespace}/{self.name}"

    def _read(self, actuators: Actuators[Any]) -> Any:
        return self.read(actuators, resource_type(self.api_version, self.object_kind), self.name, self.namespace)


def _restored(current: dict[str, Any], original: dict[str, Any]) -> dict[str, Any]:
    restored = {**current}
    for part in ("spec", "data", "stringData", "rules", "subjects", "automountServiceAccountToken"):
        if part in original:
            restored[part] = original[part]
    for part in ("labels", "annotations"):
        restored["metadata"][part] = original["metadata"].get(part)
    restored.pop("status", None)
    return restored
