"""Watches that have lost what they ought to tell: by age, by silence, by settings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from dns_updater.kube import connect
from dns_updater.watching import Selection, Watcher
from lightkube import Client
from lightkube.resources.core_v1 import Service

from tests.dns_updater.kubernetes_api import Kubernetes
from tests.dns_updater.mute_proxy import MuteProxy
from tests.dns_updater.updater_process import Updater
from tests.dns_updater.waiting import wait_for


def watcher(connected: Callable[[], Client]) -> Watcher[str]:
    """Return a watcher of the names of all services."""
    return Watcher(connected, Selection(Service, "*"), lambda found: str(found.metadata.name))


def begin(watching: Watcher[str]) -> None:
    """Have it watch, beside the test."""
    threading.Thread(target=watching.run, args=(lambda: None,), daemon=True).start()


def test_a_watch_that_is_too_old_begins_with_a_new_list(
    kubernetes: Kubernetes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """When the API server no longer knows where a watch ended (410 Gone), everything is listed anew."""
    monkeypatch.setenv("KUBECONFIG", str(kubernetes.kubeconfig))
    caplog.set_level("INFO")
    kubernetes.restart()  # it has forgotten what was before
    watching = watcher(connect)
    watching._version = "1"
    begin(watching)

    wait_for(lambda: "kubernetes" in watching.values())
    assert "watch is too old, listing again" in caplog.messages


def test_a_watch_that_has_fallen_silent_is_not_believed(
    kubernetes: Kubernetes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens while its connection is open, and nothing comes through any more, is seen by a new list."""
    caplog.set_level("INFO")
    config = yaml.safe_load(kubernetes.kubeconfig.read_text())
    cluster = config["clusters"][0]["cluster"]
    with MuteProxy(urlsplit(cluster["server"]).port or 0) as proxy:
        cluster["server"] = f"https://127.0.0.1:{proxy.port}"
        (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
        watching = watcher(partial(connect, 2.0))
        begin(watching)
        wait_for(lambda: "kubernetes" in watching.values())

        proxy.mute()
        kubernetes.add_service("unheard")
        try:
            wait_for(lambda: "unheard" in watching.values())
        finally:
            kubernetes.remove_service("unheard")

    assert "a list tells what no watch has told" in caplog.messages


def test_a_kubeconfig_without_a_cluster_is_refused(updater: Updater, tmp_path: Path) -> None:
    """It ends with code 2, and says what it needs, instead of watching nothing."""
    (tmp_path / "empty").write_text("apiVersion: v1\nkind: Config\n")
    updater.launch(TEAM="team1", ZONE="team1.example.com", KUBECONFIG=str(tmp_path / "empty"))

    assert 2 == updater.wait()
    assert updater.logged("KUBECONFIG: expected a file with a current context that names a cluster and a user")
