"""The workloads of one platform: rendered, checked, applied and compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lightkube import Client

from provision.spec import PlatformSpec
from provision.workloads import confined
from provision.workloads.apply import apply, delete_all
from provision.workloads.check import Problem, check
from provision.workloads.drift import FieldDrift, drift, drift_beside
from provision.workloads.errors import WorkloadsError
from provision.workloads.everything import everything
from provision.workloads.gates import gate
from provision.workloads.objects import Group, Object
from provision.workloads.objects import group as group_of
from provision.workloads.overlay import MANIFESTS, sources, write_overlay, write_releases
from provision.workloads.render import render
from provision.workloads.schema import Schemas
from provision.workloads.server import Server
from provision.workloads.strays import Own, own_of, strays
from provision.workloads.values import OverlayValues
from provision.workloads.volumes import Target


class Workloads:
    """What Git says of one platform, and what a cluster makes of it.

    The manifests are rendered once for each instance: a new instance sees what has changed in Git since.

    Args:
        spec: The platform's parameters.
        team: ``$TEAMID``.
        target: Where the platform is built.
        state_dir: The platform's state folder; the overlay is written to its folder ``workloads``.
        kubectl: Renders the manifests.
        manifests: The folder of the manifests.
    """

    def __init__(
        self,
        spec: PlatformSpec,
        team: str,
        target: Target,
        state_dir: Path,
        kubectl: Path,
        *,
        manifests: Path = MANIFESTS,
    ) -> None:
        self._spec = spec
        self._team = team
        self._target: Target = target
        self._overlay = state_dir / "workloads"
        self._kubectl = kubectl
        self._manifests = manifests
        self._rendered: list[Object] | None = None
        self._released: Mapping[str, str] | None = None  # nobody here has written them down yet

    def write_overlay(self, values: OverlayValues) -> None:
        """Write the platform's own overlay into the state folder.

        Raises:
            WorkloadsError: The values do not fit the specification.
        """
        write_overlay(self._overlay, self._spec, self._team, self._target, values, manifests=self._manifests)
        self._released = dict(values.released)
        self._rendered = None

    def release(self, images: Mapping[str, str]) -> None:
        """Have Git say other images of some microservices, which their pipelines have released; by name."""
        if images != self._released and self._overlay.is_dir():
            write_releases(self._overlay, images)
            self._released, self._rendered = dict(images), None

    def objects(self, group: Group | None = None) -> list[Object]:
        """Return the objects of *group*, or all of them.

        Raises:
            WorkloadsError: The overlay was not written yet, or the manifests cannot be rendered.
        """
        return [obj for obj in self._render() if group is None or group_of(obj) == group]

    def check(self) -> list[Problem]:
        """Check every object against the schemas of the pinned version, without a cluster."""
        folders = sources(self._spec, self._target, self._manifests)
        return check(self._render(), self._spec, Schemas(self._spec.kubernetes), folders)

    def apply(self, client: Client, group: Group) -> int:
        """Apply the objects of *group*.

        Returns:
            The number of objects that were made or changed: 0 when the cluster is as Git says.

        Raises:
            WorkloadsError: The API server refuses an object.
        """
        return apply(self.objects(group), Server(client))

    def not_ready(self, group: Group, live: Iterable[Mapping[str, Any]]) -> list[str]:
        """Say what of *group* is missing or not ready among the *live* objects; empty when all is ready."""
        return gate(self.objects(group), live)

    def drift(self, client: Client) -> list[FieldDrift]:
        """Find every field that is not as Git says; changes nothing."""
        return drift(self.objects(), Server(client))

    def own(self, client: Client) -> Own:
        """Return what the cluster has now that is not from Git: its own, before anything of ours is applied."""
        return own_of(everything(client), self.objects())

    def drift_beside(self, client: Client, own: Own) -> list[FieldDrift]:
        """Find what nobody agreed on beside Git's objects, in every namespace and cluster-wide; changes nothing."""
        return drift_beside(self.objects(), everything(client), own)

    def prune(self, client: Client, own: Own) -> list[str]:
        """Delete what nobody agreed on beside Git's objects, in every namespace and cluster-wide; name each."""
        return delete_all(strays(everything(client), self.objects(), own.objects), Server(client))

    def _render(self) -> list[Object]:
        if self._rendered is None:
            if not (self._overlay / "kustomization.yaml").is_file():
                raise WorkloadsError(f"{self._overlay} has no overlay yet; write it before the manifests are rendered")
            if wrong := confined.problems(self._manifests):
                raise WorkloadsError("\n".join(map(str, wrong)))
            self._rendered = render(self._overlay, self._kubectl)
        return self._rendered
