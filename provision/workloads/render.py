"""Rendering: a folder with a kustomization in, Kubernetes objects out."""

from __future__ import annotations

from pathlib import Path

import yaml

from provision.workloads import bounded_child
from provision.workloads.errors import WorkloadsError
from provision.workloads.objects import Object
from seatrial import bounded_yaml
from seatrial.bounded import BoundsError

_REASON = 4000
RENDER_LIMIT = 60.0  # seconds; a render takes well under one


def render(folder: Path, kubectl: Path) -> list[Object]:
    """Render the kustomization in *folder*.

    Args:
        folder: The folder with the ``kustomization.yaml``.
        kubectl: The kubectl to do it with; it talks to no cluster.

    Raises:
        WorkloadsError: kustomize refuses the manifests, in its own words, or does not end within its bounds.
    """
    try:
        run = bounded_child.run([str(kubectl), "kustomize", str(folder)], RENDER_LIMIT)
        if run.returncode == 0:
            bounded_yaml.check(run.stdout, str(folder))
    except BoundsError as error:
        raise WorkloadsError(f"kustomize does not keep to its bounds: {error}") from error
    if run.returncode != 0:
        reason = run.stderr.strip().removeprefix("error: ")[:_REASON] or f"it ended with {run.returncode}"
        raise WorkloadsError(f"kustomize refuses {folder}: {reason}")
    return [obj for obj in yaml.load_all(run.stdout, Loader=bounded_yaml.LOADER) if obj]
