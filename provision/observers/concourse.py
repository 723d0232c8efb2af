"""What a server of pipelines has done with what was pushed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from seatrial.checks.observer import Fidelity, Observer, Recorder, reading


class Api(Protocol):
    """The server's API."""

    def builds(self, pipeline: str) -> list[dict[str, Any]]:
        """Return the builds of a pipeline, the oldest first."""

    def resources(self, build: int) -> dict[str, dict[str, Any]]:
        """Return what a build took in, by the resource's name: its version."""


class Concourse(Observer):
    """Looks at builds by the server's API, and at Git.

    Args:
        api: The server's API.
        released: Gives the image that Git says of each microservice.
        fidelity: How true the pipelines are on this target.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        api: Api,
        released: Callable[[], Mapping[str, str]],
        *,
        fidelity: Fidelity,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("concourse", fidelity, recorder)
        self._api = api
        self._released = released
        self._took: dict[int, str] = {}

    @reading
    def builds(self, pipeline: str, commit: str) -> dict[str, dict[str, object]]:
        """Return every job that has begun with a commit of its source: its ``status``, and its place in their order.

        The last build of a job counts.
        """
        found: dict[str, dict[str, object]] = {}
        for build in self._api.builds(pipeline):
            if self._commit(build) == commit:
                found[str(build["job_name"])] = {"status": build["status"], "after": tuple(found)}
        return found

    @reading
    def released(self) -> dict[str, dict[str, object]]:
        """Return the ``image`` that Git says of each microservice, by its name."""
        return {name: {"image": image} for name, image in self._released().items()}

    def _commit(self, build: Mapping[str, Any]) -> str:
        """Return the commit that a build took in, which never changes once it has."""
        id_ = int(build["id"])
        if id_ not in self._took:
            commit = str(self._api.resources(id_).get("source", {}).get("ref", ""))
            if not commit:
                return ""
            self._took[id_] = commit
        return self._took[id_]
