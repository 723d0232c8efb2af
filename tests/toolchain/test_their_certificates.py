"""The authorities that an environment names, and that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.toolchain import download
from seatrial.errors import UsageError


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_named_as_such(variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are named as such, before anything is asked of a server, and nothing else is blamed."""
    monkeypatch.setenv(variable, str(tmp_path / "none"))
    with pytest.raises(UsageError, match=rf"^{variable}=.*none: no such .*; correct the variable, or unset it$"):
        download._client()
