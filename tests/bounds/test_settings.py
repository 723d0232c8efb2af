"""What a change says in ``[tool.seatrial]`` steers no terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial import plugin
from seatrial.errors import UsageError
from seatrial.provisioning import settings

ESCAPE = "\\u001b]0;x\\u0007"


class _Config:
    def __init__(self, root: Path) -> None:
        self.rootpath = root


@pytest.mark.parametrize("name", ["kubeconfig", "context", "team", "target", "provisioning"])
def test_a_value_that_steers(tmp_path: Path, name: str) -> None:
    """A value with an escape in it is refused, in a message that has none."""
    (tmp_path / "pyproject.toml").write_text(f'[tool.seatrial]\n{name} = "{ESCAPE}"\n')
    with pytest.raises(UsageError, match="expected a text of one line") as refused:
        settings.read(tmp_path)
    assert "\x1b" not in str(refused.value)


def test_what_pytest_says(tmp_path: Path) -> None:
    """Nor has a message that pytest prints by itself."""
    (tmp_path / "pyproject.toml").write_text(f'[tool.seatrial.gate]\n"{ESCAPE}" = 1\n')
    with pytest.raises(pytest.UsageError, match="gate") as refused:
        plugin._gate(_Config(tmp_path))  # type: ignore[arg-type]
    assert "\x1b" not in str(refused.value)
