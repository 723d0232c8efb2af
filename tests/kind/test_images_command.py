"""``seatrial images build`` as a user runs it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from provision.engine import Engine
from provision.images.node import built_name
from tests.system.sandbox import Sandbox

pytestmark = pytest.mark.kind


def test_images_build(engine: Engine) -> None:
    """Where all of them are there nothing is built anew, and each image is a line that says what it is."""
    if not engine.has_image(built_name()):
        pytest.skip("there is no node image yet: run `seatrial images build`")
    with tempfile.TemporaryDirectory(prefix="seatrial-kind-") as folder:
        sandbox = Sandbox(Path(folder))
        code, said = sandbox.run("images", "build")
        assert 0 == code, said
        rows = {line.split()[0]: line for line in said.splitlines() if len(line.split()) > 1}
        assert "there" in rows["node"]
        assert {"microservice", "dns-updater", "ingress-skipper"} <= set(rows), said
        assert [] == sandbox.left()
