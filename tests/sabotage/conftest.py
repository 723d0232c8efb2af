"""One platform for the whole package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from provision.provisioning import Provisioning
from provision.targets.local.parts import TOOLS
from provision.toolchain import Toolchain
from seatrial.provisioning.progress import Quiet
from tests.sabotage.runs import ROOT, Runs
from tests.sabotage.site import Site
from tests.sabotage.table import ROUNDS

TEAM = "sabotage"


@pytest.fixture(scope="package")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """A platform of its own, with whoever breaks it; one that was up already stays up."""
    if missing := [name for name in TOOLS if Toolchain().look(name).path is None]:
        pytest.skip(f"not in the toolchain's cache yet: {', '.join(missing)}; `make verify` has them fetched")
    provisioning, was_up = Provisioning(ROOT), Provisioning(ROOT).is_up(TEAM, "local")
    reports: Path = tmp_path_factory.mktemp("sabotage")
    try:
        if not was_up:
            provisioning.up(TEAM, "local", Quiet())
        platform = provisioning.open(TEAM, "local")
        yield Runs(Site(platform), reports, ROUNDS)
        platform.close()
    finally:
        if not was_up:
            provisioning.down(TEAM, Quiet())
