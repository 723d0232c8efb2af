"""Which version of Kubernetes may follow which: none is lowered, and no minor version is skipped."""

from __future__ import annotations

from provision.spec import PLATFORM_FILE
from provision.spec_file import places
from seatrial.errors import UsageError


def see_step(team: str, running: str, wanted: str) -> bool:
    """See that a platform may go from one version to another; tell whether it has to go at all.

    Args:
        team: The platform's ``$TEAMID``.
        running: The version that it runs, such as ``1.36.0``.
        wanted: The version that platform.yaml asks for.

    Raises:
        UsageError: If it may not.
    """
    (major, minor, patch), (_, their_minor, _) = numbers(running), numbers(wanted)
    if numbers(wanted) < (major, minor, patch):
        wrong = "a version is never lowered, as what etcd holds may be of the newer one"
    elif their_minor > minor + 1:
        wrong = f"no minor version is skipped: upgrade to {major}.{minor + 1} first"
    else:
        return running != wanted
    expected = f"expected {major}.{minor}.{patch} to {major}.{minor + 1}.x, as {team} runs {running}"
    raise UsageError(f"{place()}: {expected}, got {wanted}; {wrong}")


def place() -> str:
    """Return where the version is asked for, as messages name it."""
    return f"{PLATFORM_FILE}:{places(PLATFORM_FILE)(['kubernetes'])}: kubernetes"


def later(version: str, minors: int) -> str:
    """Return *version* so many minor versions later."""
    major, minor, patch = numbers(version)
    return f"{major}.{minor + minors}.{patch}"


def numbers(version: str) -> tuple[int, int, int]:
    """Return ``1.36.0`` as three numbers."""
    major, minor, patch = (int(number) for number in version.split("."))
    return major, minor, patch
