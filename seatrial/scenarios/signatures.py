"""Whose signature a file has, as OpenSSH's own program says: ``ssh-keygen -Y``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from seatrial.bounded import BoundsError, read_bytes
from seatrial.errors import SeatrialError
from seatrial.escaping import one_line

NAMESPACE = "seatrial"
"""What a signature is for: one that was made for something else is none."""

_PROGRAM = "ssh-keygen"
_MOST = 256 << 10  # bytes of a signature, of the allowed signers
_VERIFY_SECONDS, _SIGN_SECONDS = 10.0, 300.0  # whoever signs may have to touch a key, or to type


class SigningError(SeatrialError):
    """A signature could not be made or looked at; its text says what to do."""


def refused(content: bytes, signature: Path, who: str, signers: Path) -> str:
    """Say why *signature* is not that of *who* over *content*; nothing where it is.

    Args:
        content: What was signed.
        signature: The file of the signature.
        who: The name that the allowed signers have.
        signers: The file of the allowed signers, in ssh-keygen's own format.

    Raises:
        SigningError: If the program is not there, or does not answer.
    """
    try:
        parts = {name: read_bytes(file, _MOST) for name, file in (("sig", signature), ("signers", signers))}
    except FileNotFoundError as error:
        what = "a signature" if Path(str(error.filename)) == signature else "the allowed signers"
        return f"there is no {Path(str(error.filename)).name}; expected {what}"
    except (OSError, BoundsError) as error:
        return one_line(str(error))
    with tempfile.TemporaryDirectory(prefix="seatrial-") as folder:
        for name, part in parts.items():  # what is judged is what was read, whoever changes the files meanwhile
            (Path(folder) / name).write_bytes(part)
        arguments = ["-Y", "verify", "-f", f"{folder}/signers", "-I", who, "-n", NAMESPACE, "-s", f"{folder}/sig"]
        done = _run(arguments, content, _VERIFY_SECONDS)
    said = one_line((done.stderr or done.stdout).decode("utf-8", "replace").replace(folder, "").strip())
    return "" if done.returncode == 0 else f"it has no signature of {one_line(who)} that counts ({said[:200]})"


def sign(file: Path, key: Path) -> None:
    """Sign *file* with *key*, into ``FILE.sig`` beside it.

    Raises:
        SigningError: If it cannot be signed; it says what the program said.
    """
    file.with_name(f"{file.name}.sig").unlink(missing_ok=True)  # the program asks before it writes over one
    done = _run(["-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file)], None, _SIGN_SECONDS)
    if done.returncode:
        said = one_line(done.stderr.decode("utf-8", "replace").strip())
        raise SigningError(f"{file.name} is not signed: {said[:200]}; sign it by: {by_hand(str(file), str(key))}")


def by_hand(file: str, key: str = "KEY") -> str:
    """Return the command that signs *file*."""
    return f"{_PROGRAM} -Y sign -f {key} -n {NAMESPACE} {file}"


def _run(arguments: list[str], given: bytes | None, seconds: float) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run([_PROGRAM, *arguments], input=given, capture_output=True, timeout=seconds, check=False)
    except FileNotFoundError as error:
        raise SigningError(f"{_PROGRAM} is not there; install OpenSSH 8.2 or newer") from error
    except subprocess.TimeoutExpired as error:
        raise SigningError(f"{_PROGRAM} did not end within {seconds:g} s") from error
