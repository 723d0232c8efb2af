"""What kops would change of the estate, by its own preview of what platform.yaml asks for."""

from __future__ import annotations

import tempfile
from pathlib import Path

from provision.estate import preview, stored
from provision.targets.base.parts import Parts
from seatrial import contained
from seatrial.provisioning.planned import Change

_NO_KEYS = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: []\n"


def by_kops(parts: Parts) -> list[Change]:
    """Return every resource that kops would make, change, delete, or leave though nobody asked for it.

    It is asked in a copy of its state, told what platform.yaml says; then the state itself is held against that copy.

    Raises:
        KopsError: If kops fails.
    """
    with tempfile.TemporaryDirectory(prefix="kops-preview-", dir=parts.temporary) as made:
        folder = Path(made)
        state, encryption = folder / "state", folder / "encryption.yaml"
        contained.folder(state)
        contained.write(encryption, _NO_KEYS)
        found = preview.changes(parts.kops_in(folder).preview(state, encryption))
        return [*found, *stored.otherwise(parts.access, parts.estate.names, state)]
