"""The search engine that all logs go to, asked with Elasticsearch's own search."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lightkube import Client

from provision.observers.exchanges import Exchanges
from provision.observers.proxy import Proxy
from seatrial.checks.expectations import Rows
from seatrial.checks.observer import Fidelity, Observer, Recorder, reading

_MOST = 100  # lines of one answer
_LINE = ("log", "message", "msg", "tail.value")
_POD = ("kubernetes.pod_name", "kubernetes.pod.name", "pod_name", "pod", "tag.pod")
_NAMESPACE = ("kubernetes.namespace_name", "kubernetes.namespace", "namespace_name", "namespace", "tag.namespace")
_NODE = ("kubernetes.host", "kubernetes.node.name", "host.name", "host", "node", "tag.host")
_PATH = ("log.file.path", "path", "filename", "tag.path", "tag")
_OF_CONTAINER = re.compile(r"(?P<pod>[a-z0-9.-]+)_(?P<namespace>[a-z0-9-]+)_[a-z0-9.-]+\.log")
_BY_RUNTIME = re.compile(r"^\S+T\S+ (stdout|stderr) [FP] ")  # what containerd writes before a line


class Logs(Observer):
    """The lines that containers have written.

    What a line's fields are called depends on the collector: those of fluentd, Filebeat, Telegraf and rsyslog are
    known, and the name of a container's log file, which has its pod and namespace.

    Args:
        connect: Makes a client of the cluster's API.
        fidelity: How true the search engine and its collectors are on this target.
        namespace: Where the search engine is.
        service: Its name there.
        port: Its port.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        *,
        fidelity: Fidelity,
        namespace: str = "backing",
        service: str = "elasticsearch",
        port: int = 9200,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("logs", fidelity, recorder)
        self._exchanges = Exchanges()
        self._engine = Proxy(connect, namespace, service, port, self._exchanges)

    @reading
    def find(self, text: str) -> Rows:
        """Return every line that contains *text*, by id: ``line``, ``pod``, ``namespace``, ``node``.

        Raises:
            ServiceError: If the search engine gives no answer.
        """
        query = {"size": _MOST, "query": {"query_string": {"query": f'"{text}"', "lenient": True}}}
        hits = self._engine.post("/_search?ignore_unavailable=true", query)["hits"]["hits"]
        return {f"{hit['_index']}/{hit['_id']}": row(hit["_source"]) for hit in hits}

    def evidence(self) -> object:
        """Return the last searches."""
        return self._exchanges.kept()

    def close(self) -> None:
        """Let go of connections."""
        self._engine.close()


def row(source: Mapping[str, Any]) -> dict[str, object]:
    """Return a stored line as a row, whichever collector has sent it."""
    file = _OF_CONTAINER.search(_first(source, _PATH).rpartition("/")[2])
    return {
        "line": _BY_RUNTIME.sub("", _first(source, _LINE).rstrip("\n")),
        "pod": _first(source, _POD) or (file["pod"] if file else ""),
        "namespace": _first(source, _NAMESPACE) or (file["namespace"] if file else ""),
        "node": _first(source, _NODE),
    }


def _first(source: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((value for name in names if isinstance(value := _at(source, name), str) and value), "")


def _at(source: Mapping[str, Any], name: str) -> object:
    """Return the field *name*, whose parts are nested, or stand in one key with dots."""
    if name in source:
        return source[name]
    head, _, rest = name.partition(".")
    inner = source.get(head)
    return _at(inner, rest) if rest and isinstance(inner, Mapping) else None
