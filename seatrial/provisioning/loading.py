"""A project's provisioning, loaded by the name in its ``pyproject.toml``, and held against what is asked of it."""

from __future__ import annotations

from pathlib import Path

from seatrial.errors import SeatrialError, UsageError
from seatrial.provisioning import settings
from seatrial.provisioning.contract import Delivering, Provisioning, Rehearsed
from seatrial.provisioning.naming import cannot_be_loaded, imported, named


def check_target(provisioning: Provisioning, target: str) -> None:
    """See that *target* is one of those that *provisioning* can build on.

    Raises:
        UsageError: If it is not; it names them.
    """
    if target not in provisioning.targets():
        raise UsageError(f"--target {target}: no such target; expected one of {', '.join(provisioning.targets())}")


def rehearse(provisioning: Provisioning, target: str) -> None:
    """Have the cloud of *target* be played here.

    Raises:
        UsageError: If it cannot be.
    """
    if not isinstance(provisioning, Rehearsed):
        raise UsageError("--rehearse: this project's provisioning plays no cloud")
    provisioning.rehearse(target)


def deliver(provisioning: Provisioning, target: str) -> None:
    """Have a server of pipelines stand beside what is stood up on *target*.

    Raises:
        UsageError: If there can be none.
    """
    if not isinstance(provisioning, Delivering):
        raise UsageError("--with-delivery: this project's provisioning has no server of pipelines")
    provisioning.deliver(target)


def load(root: Path) -> Provisioning:
    """Load the provisioning that the project at *root* names, or the one that builds nothing where it names none.

    Raises:
        UsageError: If there is no project here, or it names what cannot be imported.
    """
    file = root / "pyproject.toml"
    if not file.exists() and not (root / "features").is_dir():
        raise UsageError(f"{root}: no pyproject.toml and no features here; run seatrial in the project's root folder")
    said = settings.read(root)
    name = said.provisioning or settings.BUILT_IN
    factory = named(root, "provisioning") or imported(settings.BUILT_IN)
    try:
        provisioning: Provisioning = factory(root)
    except SeatrialError:
        raise
    except Exception as error:  # a project's own code may fail in any way
        raise cannot_be_loaded(root, "provisioning", name, error) from error
    check_methods(provisioning, Provisioning, f"{file}: provisioning = {name!r}")
    return provisioning


def check_methods(made: object, protocol: type, where: str) -> None:
    """See that a project's object has what is asked of it; what it may leave out is in protocols of its own.

    Raises:
        UsageError: If a method or attribute is missing; it names all that are.
    """
    asked = [*getattr(protocol, "__annotations__", {}), *(n for n in vars(protocol) if not n.startswith("_"))]
    if missing := [name for name in asked if not hasattr(made, name)]:
        raise UsageError(
            f"{where}: {type(made).__name__} has no {', '.join(missing)}; "
            f"see {protocol.__name__} in {protocol.__module__} for what each has to do"
        )
