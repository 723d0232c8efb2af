"""Kubeconfigs as kubectl reads them: several files, relative paths, plugins, proxies; what is wrong in one line."""

from __future__ import annotations

import ipaddress
import os
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import yaml
from lightkube import KubeConfig
from lightkube.config.kubeconfig import SingleConfig
from lightkube.config.models import User

from seatrial import bounded_yaml
from seatrial.bounded import MEBI, BoundsError
from seatrial.errors import UsageError
from seatrial.kube.exec_plugin import prepared

_DEFAULT = "~/.kube/config"
_MOST = 8 * MEBI
_LISTS = {"clusters": "cluster", "contexts": "context", "users": "user"}
_PATHS = {"clusters": ("certificate-authority",), "users": ("client-certificate", "client-key", "tokenFile")}
_NOT_TAKEN = {
    "clusters": (),
    "users": ("as", "as-uid", "as-groups", "as-user-extra", "auth-provider"),
}
_PROXIES = ("http", "https", "socks5", "socks5h")


class Reached(SingleConfig):
    """What lightkube's clients are made with, and what lightkube does not know.

    Attributes:
        proxy: The proxy on the way to the cluster, or nothing.
        server_name: The name that the server's certificate has to be for, if not its address.
    """

    proxy: str | None = None
    server_name: str | None = None


def files(given: Path | None, environ: Mapping[str, str] | None = None) -> list[Path]:
    """Return the files that kubectl would read: the *given* one, else those of ``KUBECONFIG``, else the default one."""
    if given is not None:
        return [given.expanduser()]
    named = (os.environ if environ is None else environ).get("KUBECONFIG", "")
    listed = [Path(part).expanduser() for part in named.split(os.pathsep) if part]
    return listed or [Path(_DEFAULT).expanduser()]


def load(paths: Sequence[Path], context: str | None = None) -> Reached:
    """Return how the cluster of *context*, or of the current one, is reached.

    Args:
        paths: The files; of two entries of one name the first counts, and one of several files may be missing.
        context: The context's name.

    Raises:
        UsageError: If there is no such context, or something of it cannot be read or is not supported.
    """
    where = os.pathsep.join(map(str, paths))
    merged = _merged(paths, where)
    names = ", ".join(sorted(merged["contexts"])) or "none"
    chosen = context or merged["current-context"]
    if not chosen:
        raise UsageError(f"{where}: no current context; name one by --context: {names}")
    if chosen not in merged["contexts"]:
        raise UsageError(f"{where}: no context {chosen!r}; contexts there: {names}")
    about = merged["contexts"][chosen]
    cluster = _entry(merged, "clusters", about.get("cluster"), chosen, where)
    user = _entry(merged, "users", about["user"], chosen, where) if about.get("user") else {}
    plain = {
        "current-context": chosen,
        "contexts": [{"name": chosen, "context": {**about, "user": "user"}}],
        "clusters": [{"name": about["cluster"], "cluster": cluster}],
        "users": [{"name": "user", "user": user}],
    }
    try:
        config = KubeConfig.from_dict(plain).get(chosen)
    except (msgspec.ValidationError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{where}: the context {chosen!r} is not as kubectl writes it: {error}") from error
    assert config is not None  # noqa: S101 - for the type alone: a context is named
    ready = prepared(config.user or User(), cluster, user.get("exec"), where)
    reached = Reached(*config._replace(user=ready))
    reached.proxy = _proxy(cluster, where)
    reached.server_name = cluster.get("tls-server-name") or None
    return reached


def _merged(paths: Sequence[Path], where: str) -> dict[str, Any]:
    merged: dict[str, Any] = {"current-context": "", **{kind: {} for kind in _LISTS}}
    there = [path for path in paths if path.exists()]
    if not there:
        raise UsageError(f"{where}: no such kubeconfig; name one by --kubeconfig or in KUBECONFIG")
    for path in there:
        document = _read(path)
        merged["current-context"] = merged["current-context"] or document.get("current-context") or ""
        for kind, key in _LISTS.items():
            for entry in document.get(kind) or ():
                if not isinstance(entry, dict) or "name" not in entry or not isinstance(entry.get(key) or {}, dict):
                    raise UsageError(f"{path}: {kind}: expected entries with a name and a {key}, got {entry!r:.80}")
                merged[kind].setdefault(str(entry["name"]), _absolute(dict(entry.get(key) or {}), kind, path))
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:  # which may be a link, as kubectl has it
            content = file.read(_MOST + 1)
        if len(content) > _MOST:
            raise UsageError(f"{path}: not a kubeconfig: larger than {_MOST:,} bytes")
        text = content.decode("utf-8")
        bounded_yaml.check(text, str(path))
        document = yaml.safe_load(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except BoundsError as error:
        raise UsageError(f"{error}: not a kubeconfig") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a kubeconfig: {' '.join(str(error).split())}") from error
    if document is None:  # an empty file says nothing, as with kubectl
        return {}
    if not isinstance(document, dict):
        raise UsageError(f"{path}: not a kubeconfig: expected clusters, contexts and users, got {document!r:.40}")
    return document


def _absolute(entry: dict[str, Any], kind: str, file: Path) -> dict[str, Any]:
    """Return *entry* with its paths as they are meant: relative to the file that they stand in."""
    folder = file.absolute().parent
    for name in _PATHS.get(kind, ()):
        if entry.get(name):
            entry[name] = str(folder / str(entry[name]))
    plugin = entry.get("exec")
    if isinstance(plugin, dict) and os.sep in str(plugin.get("command", "")):
        entry["exec"] = {**plugin, "command": str(folder / plugin["command"])}
    return entry


def _entry(merged: dict[str, Any], kind: str, name: object, context: str, where: str) -> dict[str, Any]:
    what = _LISTS[kind]
    if name not in merged[kind]:
        raise UsageError(f"{where}: the context {context!r} names the {what} {name!r}, which is not there")
    entry: dict[str, Any] = merged[kind][name]
    for setting in _NOT_TAKEN[kind]:
        if entry.get(setting):
            raise UsageError(f"{where}: {what} {name!r}: {setting} is not supported; use a context without it")
    for setting in _PATHS[kind]:
        if entry.get(setting) and not Path(entry[setting]).is_file():
            raise UsageError(f"{where}: {what} {name!r}: {setting}: no such file: {entry[setting]}")
    return entry


def _proxy(cluster: Mapping[str, Any], where: str) -> str | None:
    """Return the proxy that kubectl would take: the cluster's own, else the environment's, none for loopback."""
    server = urlsplit(str(cluster.get("server", "")))
    named = cluster.get("proxy-url")
    if not named and not _loopback(server.hostname or ""):
        found = urllib.request.getproxies_environment()
        bypass: Callable[[str, Mapping[str, str]], bool] = vars(urllib.request)["proxy_bypass_environment"]
        if not bypass(server.hostname or "", found):
            named = found.get(server.scheme)
    if named and urlsplit(str(named)).scheme not in _PROXIES:
        raise UsageError(f"{where}: the proxy {named}: expected one of {', '.join(p + '://' for p in _PROXIES)}")
    return str(named) if named else None


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
