"""Rendering: a folder with a kustomization in, Kubernetes objects out."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import yaml

from provision.workloads.errors import WorkloadsError

if TYPE_CHECKING:
    from pathlib import Path

    from provision.workloads.objects import Object

RENDER_LIMIT = 60.0  # seconds; a render takes well under one
# libyaml where PyYAML was built with it: a tenth of the time
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def render(folder: Path, kubectl: Path) -> list[Object]:
    """Render the kustomization in *folder*.

    Args:
        folder: The folder with the ``kustomization.yaml``.
        kubectl: The kubectl to do it with; it talks to no cluster.

    Raises:
        WorkloadsError: kustomize refuses the manifests; the message is its own.
    """
    run = subprocess.run(
        [kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False, timeout=RENDER_LIMIT
    )
    if run.returncode != 0:
        reason = run.stderr.strip().removeprefix("error: ")
        raise WorkloadsError(f"kustomize refuses {folder}: {reason}")
    return [obj for obj in yaml.load_all(run.stdout, Loader=_LOADER) if obj]
