"""Pushes to the repositories that pipelines watch, and takes back what came of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from lightkube.resources.apps_v1 import Deployment

from provision.delivery import releases
from provision.delivery.repositories import PLATFORM, Repositories
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to
from seatrial.errors import SeatrialError

_NAMESPACE: Final = "microservices"
_VERSION = re.compile(r'__version__ = "[^"]*"')
_SETTING = ('"PORT", 8899', '"PORT", 8898')  # which one of its tests looks at
_ENDED_SECONDS = 60.0


class Api(Protocol):
    """The API of the server of pipelines."""

    def pause(self, pipeline: str) -> None:
        """Have no build of a pipeline begin."""

    def unpause(self, pipeline: str) -> None:
        """Have builds of a pipeline begin again."""

    def end(self, pipeline: str) -> int:
        """End the builds of a pipeline that are under way; return how many there are."""

    def config(self, pipeline: str) -> dict[str, Any]:
        """Return the document of a pipeline, as it is set."""

    def set_pipeline(self, name: str, config: str) -> None:
        """Have a pipeline be what a document says, and run."""


class Pusher:
    """Pushes changes of microservices.

    Args:
        repositories: The repositories that pipelines watch.
        api: The server's API.
        sources: Gives the files that a microservice's repository began with, by their path.
        kube: Gives a client of the cluster's API.
        set_again: Sets the pipelines as Git says.
    """

    def __init__(
        self,
        repositories: Callable[[], Repositories],
        api: Callable[[], Api],
        sources: Callable[[], Mapping[str, Path | str]],
        *,
        kube: Callable[[], Any],
        set_again: Callable[[], object],
    ) -> None:
        self._repositories = repositories
        self._api = api
        self._sources = sources
        self._kube = kube
        self._set_again = set_again

    def push(self, service: str, version: str, *, breaks_a_test: bool) -> None:
        """Push what a microservice began with, as another *version*, with a mistake if asked for."""
        sources = dict(self._sources())
        _edit(sources, "microservice/__init__.py", lambda text: _VERSION.sub(f'__version__ = "{version}"', text))
        if breaks_a_test:
            _edit(sources, "microservice/settings.py", lambda text: text.replace(*_SETTING))
        self._repositories().commit(service, sources, f"Be {version}")

    def pushed(self, service: str) -> str:
        """Return the last commit that was pushed."""
        return self._repositories().head(service)

    def image(self, service: str) -> str:
        """Return the image that a microservice is to run."""
        found: Any = self._kube().get(Deployment, service, namespace=_NAMESPACE)
        return next(str(one.image) for one in found.spec.template.spec.containers if one.name == service)

    def withdraw(self, service: str, image: str) -> None:
        """Have nothing of a pipeline go on, and Git and the cluster say an *image* again.

        Raises:
            UnmetError: If a build does not end.
        """
        api = self._api()
        api.pause(service)
        try:
            eventually(lambda: api.end(service), equal_to(0, "builds under way"), within=_ENDED_SECONDS)
            written = {releases.path_of(service): releases.said(service, image)}
            self._repositories().commit(PLATFORM, written, f"Withdraw what was tried of {service}")
            pod = {"spec": {"containers": [{"name": service, "image": image}]}}
            self._kube().patch(Deployment, service, {"spec": {"template": pod}}, namespace=_NAMESPACE)
        finally:
            api.unpause(service)

    def begin_by_nothing(self, service: str, job: str) -> None:
        """Have a job of a pipeline begin by nothing."""
        for step in self._changed(service, job):
            for get in step.get("in_parallel", {}).get("steps", [step]):
                get.pop("trigger", None)

    def pass_whatever(self, service: str, job: str) -> None:
        """Have the tasks of a job do nothing, and pass."""
        for step in self._changed(service, job):
            if "config" in step:
                step["config"]["run"] = {"path": "python3", "args": ["-c", "pass"]}

    def _changed(self, service: str, job: str) -> Iterator[dict[str, Any]]:
        """Return the steps of a job; what is changed in them is set once all were seen."""
        config = self._api().config(service)
        yield from next(one for one in config["jobs"] if one["name"] == job)["plan"]
        self._api().set_pipeline(service, json.dumps(config))

    def lead_back(self) -> None:
        """Have every pipeline be as Git says again."""
        self._set_again()


def _edit(files: dict[str, Path | str], name: str, change: Callable[[str], str]) -> None:
    """Change one of the *files*.

    Raises:
        SeatrialError: If that changes nothing: the microservice is not as it was thought to be.
    """
    source = files[name]
    text = source if isinstance(source, str) else source.read_text("utf-8")
    if (changed := change(text)) == text:
        raise SeatrialError(f"images/microservice/{name}: has nothing of what a trial changes in it")
    files[name] = changed
