"""The certificates that the environment names: looked at before anything is blamed on what uses them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from seatrial.errors import UsageError


def check_environment(environ: Mapping[str, str] | None = None) -> None:
    """See that the authorities that ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name are there.

    Raises:
        UsageError: If they are not; it names the variable.
    """
    given = os.environ if environ is None else environ
    for variable, there, what in (("SSL_CERT_FILE", Path.is_file, "file"), ("SSL_CERT_DIR", Path.is_dir, "folder")):
        named = given.get(variable, "")
        if named and not there(Path(named)):
            raise UsageError(f"{variable}={named}: no such {what}; correct the variable, or unset it")
