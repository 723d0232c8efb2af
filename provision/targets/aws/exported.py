"""What is handed on: the administrator's access, exported by kops from the bucket; the DNS updater's own keys."""

from __future__ import annotations

from dataclasses import replace

from provision.estate import Keys, keys
from provision.targets.base.parts import Parts
from provision.workloads import OverlayValues
from seatrial import contained
from seatrial.provisioning.state import StateError


def export_access(parts: Parts, api_server: str | None = None) -> None:
    """Write the platform's kubeconfig, as kops exports it: good for `kops.LIFETIME`, and made anew by every `up`.

    Args:
        parts: The platform's parts.
        api_server: The API's URL; kops's own choice, the cluster's name for it, when left out.

    Raises:
        KopsError: If kops fails.
    """
    fresh = parts.state.path("exported", "kubeconfig")
    fresh.unlink(missing_ok=True)  # kops would add to it
    parts.kops.export_kubeconfig(fresh, api_server)
    contained.write(parts.kubeconfig, fresh.read_bytes())


def name_updater(parts: Parts) -> bool:
    """Make the DNS updater a user of its own; tell whether its keys are new."""
    known = keys.recorded(parts.state, keys.UPDATERS)
    given = parts.estate.ensure_updater(known)
    if given != known:
        keys.record(parts.state, given, keys.UPDATERS)
    return given != known


def updaters_keys(parts: Parts) -> Keys:
    """Return the DNS updater's keys.

    Raises:
        StateError: If it has none yet.
    """
    found = keys.recorded(parts.state, keys.UPDATERS)
    if found is None:
        raise StateError(f"{parts.state.dir} has no keys of the DNS updater: run `seatrial up` again")
    return found


def with_keys(parts: Parts, values: OverlayValues) -> OverlayValues:
    """Add the DNS updater's keys to what the manifests have to know."""
    return replace(values, aws_keys=updaters_keys(parts))
