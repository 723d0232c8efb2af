"""The API server as an applier and a comparer see it: plain dictionaries in and out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from lightkube import Client
from lightkube.core.decoders import decode_status
from lightkube.core.exceptions import ApiError
from lightkube.core.resource import GlobalResource, NamespacedResourceG, api_info
from lightkube.core.resource_registry import resource_registry
from lightkube.generic_resource import Generic, create_api_info
from lightkube.types import CascadeType, PatchType

from provision.workloads.objects import Object

FIELD_MANAGER = "seatrial"
NOT_FOUND = 404
_LONGEST_NAME = 40


class Server:
    """Reads and patches objects of any built-in kind through a lightkube client; may be used by several threads."""

    def __init__(self, client: Client) -> None:
        self._client: Any = client
        decode_status(b"{}")  # threads that decode a type for the first time together crash msgspec 0.22

    def get(self, obj: Mapping[str, Any]) -> Object | None:
        """Read what the cluster has of *obj*, or ``None``."""
        kind, name, namespace = _address(obj)
        try:
            return cast("Object", self._client.get(kind, name, **namespace).to_dict())
        except ApiError as error:
            if error.response.status_code == NOT_FOUND:
                return None
            raise

    def apply(self, obj: Mapping[str, Any], *, dry_run: bool = False) -> Object:
        """Apply *obj* on the server's side as the manager ``seatrial``, taking over fields that others have set."""
        return self._patch(obj, PatchType.APPLY, dry_run=dry_run)

    def merge(self, obj: Mapping[str, Any], *, dry_run: bool = False) -> Object:
        """Set every field that *obj* states, and each list that it states as a whole."""
        return self._patch(obj, PatchType.MERGE, dry_run=dry_run)

    def fresh(self, obj: Mapping[str, Any]) -> Object:
        """Return *obj* as the API server would store it if there were none yet; nothing where it refuses another."""
        kind, name, namespace = _address(obj)
        another = {**obj, "metadata": {**obj["metadata"], "name": f"{name[:_LONGEST_NAME]}-anew"}}
        try:
            return cast("Object", self._client.create(kind(another), dry_run=True, **namespace).to_dict())
        except ApiError:
            return {}

    def replace(self, obj: Mapping[str, Any]) -> Object:
        """Store *obj* as it is given, unless somebody has written it since it was read."""
        kind, name, namespace = _address(obj)
        return cast("Object", self._client.replace(kind(obj), name, field_manager=FIELD_MANAGER, **namespace).to_dict())

    def delete(self, obj: Mapping[str, Any]) -> None:
        """Delete *obj* and, in the background, what it owns."""
        kind, name, namespace = _address(obj)
        self._client.delete(kind, name, cascade=CascadeType.BACKGROUND, **namespace)

    def _patch(self, obj: Mapping[str, Any], how: PatchType, *, dry_run: bool) -> Object:
        kind, name, namespace = _address(obj)
        patched = self._client.patch(
            kind,
            name,
            dict(obj),
            patch_type=how,
            field_manager=FIELD_MANAGER,
            force=True,
            dry_run=dry_run,
            **namespace,
        )
        return cast("Object", patched.to_dict())


def _address(obj: Mapping[str, Any]) -> tuple[Any, str, dict[str, str]]:
    metadata = obj["metadata"]
    namespace = metadata.get("namespace")
    kind = _plain(obj["apiVersion"], obj["kind"])
    return kind, metadata["name"], {"namespace": namespace} if namespace else {}


@cache
def _plain(api_version: str, kind: str) -> Any:
    # lightkube's own classes drop what they do not know and are decoded by msgspec (see above): plain ones are not.
    known: Any = resource_registry.load(api_version, kind)
    group, _, version = api_version.rpartition("/")
    base = NamespacedResourceG if issubclass(known, NamespacedResourceG) else GlobalResource
    return type(kind, (base, Generic), {"_api_info": create_api_info(group, version, kind, api_info(known).plural)})
