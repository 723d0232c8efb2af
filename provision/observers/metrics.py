"""The store of metrics and its graphs: InfluxDB 1.x and Grafana, each asked by its own API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lightkube import Client

from provision.observers.exchanges import Exchanges
from provision.observers.proxy import Proxy, ServiceError
from seatrial.checks.expectations import Rows
from seatrial.checks.observer import Absent, Fidelity, NotProvableError, Observer, Recorder, reading, reading_of_part

_MEASURED = {
    "the processor": "SELECT count(usage_idle) FROM cpu",
    "the memory": "SELECT count(used_percent) FROM mem",
}
"""What collectors measure of a machine, and how its points are counted."""


class Metrics(Observer):
    """What was measured, and how it is drawn.

    Args:
        connect: Makes a client of the cluster's API.
        fidelity: How true the store and its collectors are on this target.
        graphs: How true the graphs are, or why there are none: they are another program than the store.
        database: The database that everything is written to.
        namespace: Where both programs are.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        *,
        fidelity: Fidelity,
        graphs: Fidelity | Absent,
        database: str = "metrics",
        namespace: str = "backing",
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("metrics", fidelity, recorder)
        self._exchanges = Exchanges()
        self._store = Proxy(connect, namespace, "influxdb", 8086, self._exchanges)
        self._grafana = Proxy(connect, namespace, "grafana", 3000, self._exchanges)
        self._graphs = graphs
        self._database = database

    @reading
    def hosts(self, seconds: int, of: str = "the processor") -> Rows:
        """Return every host that has sent metrics in the last *seconds*: ``points``.

        Args:
            seconds: How far back, in seconds.
            of: What was measured: ``the processor`` or ``the memory``.

        Raises:
            ServiceError: If the store gives no answer.
        """
        return self._counted(_MEASURED[of], seconds, "host")

    @reading
    def services(self, seconds: int) -> Rows:
        """Return every microservice that has sent metrics of its own in the last *seconds*: ``points``.

        Raises:
            ServiceError: If the store gives no answer.
        """
        return self._counted("SELECT count(*) FROM requests", seconds, "service")

    @reading_of_part
    def sources(self) -> Rows:
        """Return every source of the graphs by name: ``kind``, ``healthy``.

        Raises:
            NotProvableError: If there are no graphs on this target.
            ServiceError: If the graphs give no answer.
        """
        self._touch_graphs()
        found: dict[str, dict[str, object]] = {}
        for name, source in self._settings()["datasources"].items():
            if not name.startswith("-- "):  # Grafana's own
                found[name] = {"kind": source["type"], "healthy": self._healthy(source)}
        return found

    @reading_of_part
    def graph(self, name: str, seconds: int) -> Rows:
        """Ask for the series of the first graph of the board *name*: ``points`` in the last *seconds*, by series.

        Raises:
            NotProvableError: If there are no graphs on this target.
            ServiceError: If the graphs give no answer.
        """
        self._touch_graphs()
        panel = self._grafana.get(f"/api/dashboards/uid/{name}")["dashboard"]["panels"][0]
        common = {"datasource": panel["datasource"], "intervalMs": 1000}
        queries = [{**target, **common} for target in panel["targets"]]
        asked = {"from": f"now-{seconds}s", "to": "now", "queries": queries}
        return _series(self._grafana.post("/api/ds/query", asked)["results"])

    def evidence(self) -> object:
        """Return the last questions to both."""
        return self._exchanges.kept()

    def close(self) -> None:
        """Let go of connections."""
        self._store.close()
        self._grafana.close()

    def _touch_graphs(self) -> None:
        if isinstance(self._graphs, Absent):
            raise NotProvableError(self._graphs.reason)
        self.touch("graphs", self._graphs)

    def _settings(self) -> Any:
        """Return the front end's settings, which name the sources to whoever may look at the graphs."""
        return self._grafana.get("/api/frontend/settings")

    def _healthy(self, source: Mapping[str, Any]) -> bool:
        """Return whether the source answers the graphs."""
        try:
            answer = self._grafana.get(f"/api/datasources/uid/{source['uid']}/health")
        except ServiceError:
            return False
        return bool(answer.get("status") == "OK")

    def _counted(self, select: str, seconds: int, tag: str) -> Rows:
        query = f"{select} WHERE time > now() - {seconds}s GROUP BY {tag}"
        answer = self._store.get("/query", {"db": self._database, "q": query})
        result = answer["results"][0]
        if "error" in result:
            raise ServiceError(f"influxdb refused {query!r}: {result['error']}")
        return {
            series["tags"][tag]: {"points": max((v or 0) for v in series["values"][0][1:])}
            for series in result.get("series", [])
            if series["tags"][tag]
        }


def _series(results: Mapping[str, Any]) -> Rows:
    """Count the points of every series that the graphs were given."""
    rows: dict[str, dict[str, object]] = {}
    for query, result in results.items():
        if "error" in result:
            raise ServiceError(f"grafana: {result['error']}")
        for number, frame in enumerate(result.get("frames", [])):
            values = frame["data"]["values"]
            name = frame["schema"].get("name") or f"{query} {number}"
            rows[name] = {"points": sum(v is not None for v in values[-1]) if values else 0}
    return rows
