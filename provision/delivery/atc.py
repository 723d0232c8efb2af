"""A client of the API of a server of pipelines."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx2

from provision.delivery.access import USER
from seatrial.errors import SeatrialError

_SECONDS = 20.0  # for one request
_CLIENT: Final = ("fly", "Zmx5")  # what every client of the server calls itself, which is no secret
_TEAM: Final = "/api/v1/teams/main"
_UNDER_WAY: Final = ("pending", "started")
_EARLY = 60.0  # seconds before the end of a token


class AtcError(SeatrialError):
    """The server did not do as it was asked; the message says what, and what it answered."""


class Atc:
    """One server.

    Args:
        url: Where it answers.
        password: Of its user.
    """

    def __init__(self, url: str, password: str) -> None:
        self._client = httpx2.Client(base_url=url, timeout=_SECONDS, trust_env=False)
        self._password = password
        self._token, self._ends = "", 0.0

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def version(self) -> str:
        """Return the server's version, for anybody who asks.

        Raises:
            AtcError: It does not answer.
        """
        return str(self._send("GET", "/api/v1/info").json()["version"])

    def workers(self) -> dict[str, str]:
        """Return the state of each worker, by its name."""
        return {str(one["name"]): str(one["state"]) for one in self._ask("GET", "/api/v1/workers").json()}

    def pipelines(self) -> dict[str, dict[str, Any]]:
        """Return every pipeline by its name."""
        return {str(one["name"]): one for one in self._ask("GET", f"{_TEAM}/pipelines").json()}

    def set_pipeline(self, name: str, config: str) -> None:
        """Have a pipeline be what *config* says, and run.

        Args:
            name: Its name.
            config: Its document, as YAML, with every variable that it is set with filled in.

        Raises:
            AtcError: The server refuses it; with its reasons.
        """
        path = f"{_TEAM}/pipelines/{name}"
        known = self._send("GET", f"{path}/config", headers=self._headers(), fine=(200, 404))
        version = known.headers.get("X-Concourse-Config-Version", "")
        headers = {"Content-Type": "application/x-yaml"} | ({"X-Concourse-Config-Version": version} if version else {})
        self._ask("PUT", f"{path}/config", content=config.encode(), headers=headers)
        self.unpause(name)

    def pause(self, pipeline: str) -> None:
        """Have no build of a pipeline begin."""
        self._ask("PUT", f"{_TEAM}/pipelines/{pipeline}/pause")

    def unpause(self, pipeline: str) -> None:
        """Have builds of a pipeline begin again."""
        self._ask("PUT", f"{_TEAM}/pipelines/{pipeline}/unpause")

    def end(self, pipeline: str) -> int:
        """End the builds of a pipeline that are under way; return how many there are."""
        under_way = [build for build in self.builds(pipeline) if build["status"] in _UNDER_WAY]
        for build in under_way:
            self._ask("PUT", f"/api/v1/builds/{build['id']}/abort")
        return len(under_way)

    def config(self, pipeline: str) -> dict[str, Any]:
        """Return the document of a pipeline, as it is set."""
        found: dict[str, Any] = self._ask("GET", f"{_TEAM}/pipelines/{pipeline}/config").json()["config"]
        return found

    def builds(self, pipeline: str) -> list[dict[str, Any]]:
        """Return the builds of a pipeline's jobs, oldest first: ``id``, ``job_name``, ``name``, ``status``, times."""
        found: list[dict[str, Any]] = self._ask("GET", f"{_TEAM}/pipelines/{pipeline}/builds").json()
        of_jobs = [build for build in found if "job_name" in build]  # looks for new versions are builds, too
        return sorted(of_jobs, key=lambda build: int(build["id"]))

    def resources(self, build: int) -> dict[str, dict[str, Any]]:
        """Return what a build took in, by the resource's name: its version."""
        found = self._ask("GET", f"/api/v1/builds/{build}/resources").json()
        return {str(one["name"]): dict(one["version"]) for one in found.get("inputs") or []}

    def log(self, build: int) -> str:
        """Return what a build that has ended has said."""
        said = []
        with self._client.stream("GET", f"/api/v1/builds/{build}/events", headers=self._headers()) as events:
            for line in events.iter_lines():
                if line.startswith("event: end"):
                    break
                if line.startswith("data: ") and (text := _said(line.removeprefix("data: "))):
                    said.append(text)
        return "".join(said)

    def check(self, pipeline: str, resource: str) -> None:
        """Have the server look for new versions of a resource now."""
        self._ask("POST", f"{_TEAM}/pipelines/{pipeline}/resources/{resource}/check", json={"from": None})

    def _ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = self._headers() | dict(options.pop("headers", {}))
        return self._send(method, path, headers=headers, **options)

    def _headers(self) -> dict[str, str]:
        if time.monotonic() > self._ends - _EARLY:
            form = {
                "grant_type": "password",
                "username": USER,
                "password": self._password,
                "scope": "openid profile email federated:id groups",
            }
            granted = self._send("POST", "/sky/issuer/token", data=form, auth=_CLIENT).json()
            self._token = str(granted["access_token"])
            self._ends = time.monotonic() + float(granted.get("expires_in", _EARLY))
        return {"Authorization": f"Bearer {self._token}"}

    def _send(self, method: str, path: str, *, fine: tuple[int, ...] = (), **options: Any) -> httpx2.Response:
        try:
            answer = self._client.request(method, path, **options)
        except httpx2.TransportError as error:
            raise AtcError(f"the server of pipelines at {self._client.base_url} does not answer: {error}") from error
        if answer.status_code >= httpx2.codes.BAD_REQUEST and answer.status_code not in fine:
            refused = f"{answer.status_code} {answer.text[:300].strip()}"
            raise AtcError(f"the server of pipelines refuses {method} {path}: {refused}")
        return answer


def _said(data: str) -> str:
    event: Mapping[str, Any] = json.loads(data)
    inner = event.get("data") or {}
    if event.get("event") == "log":
        return str(inner.get("payload", ""))
    return f"{inner['message']}\n" if event.get("event") == "error" and "message" in inner else ""
