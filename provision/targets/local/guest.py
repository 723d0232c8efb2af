"""A second platform beside the one under trial: of another team, in the same account."""

from __future__ import annotations

from collections.abc import Callable

from provision import spec_file
from provision.estate.keys import Keys
from provision.estate.names import Names
from provision.estate.resources import inventory
from provision.targets.base.parts import Parts
from provision.targets.local.builder import LocalBuilder
from provision.targets.local.parts import LocalParts
from provision.targets.local.target import LocalTarget
from provision.toolchain import Toolchain
from seatrial.checks.actuator import Actuator, acting
from seatrial.checks.expectations import Rows
from seatrial.checks.observer import Fidelity, Observer, reading
from seatrial.provisioning.contract import KubeContext
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.progress import Quiet
from seatrial.provisioning.state import PlatformState, StateError

_STEM = 16  # letters of a team's name that are kept, for the whole to be one


class _Guest(LocalParts):
    """A platform on ``local`` whose account is another platform's."""

    host: Parts

    @property
    def aws_endpoint(self) -> str:
        """The URL of the other platform's AWS API."""
        return self.host.aws_endpoint

    @property
    def aws_keys(self) -> Keys:
        """The keys of the other platform's AWS API."""
        return self.host.aws_keys


class _GuestBuilder(LocalBuilder):
    def start_cloud(self) -> None:
        """Nothing to do: the account is there."""


class _GuestTarget(LocalTarget):
    def __init__(self, host: Parts) -> None:
        super().__init__(host.root)
        self._host = host

    def parts(self, team: str, toolchain: Toolchain, reach: KubeContext | None = None) -> LocalParts:
        guest = _Guest(self._root, team, spec_file.read(), toolchain, reach)
        guest.host = self._host
        return guest

    def builder(self, parts: LocalParts, mark: str, say: Callable[[str], None]) -> LocalBuilder:
        return _GuestBuilder(parts, mark, say)

    def remove(self, state: PlatformState) -> list[str]:
        """Delete what the platform has in the account, while the account is still there."""
        parts = self._parts(state.team, Quiet())
        parts.estate.destroy()
        return ["resources in the account"]


class Second(Observer):
    """What there is of the second platform.

    Args:
        host: The platform under trial, in whose account it is made.
    """

    def __init__(self, host: Parts) -> None:
        super().__init__("second", Fidelity.SIMULATED)
        self._host = host

    @reading
    def left(self) -> Rows:
        """Return whatever there is of it: processes, files, resources in the account."""
        team = team_beside(self._host)
        state, names = PlatformState(self._host.root, team), Names(self._host.spec, team)
        found = [f"process {process.name}" for process in ProcessTable(state).list()]
        found += [f"folder {state.dir.name}"] if state.dir.exists() else []
        for kind, ids in inventory(self._host.access, names).items():
            found += [f"{kind} {id_}" for id_ in ids]
        return {what: {"team": team} for what in found}


class SecondPlatform(Actuator):
    """A second platform; whatever its host is built on, it is one on ``local``, without a cloud of its own.

    Args:
        host: The platform under trial, in whose account it is made.
    """

    def __init__(self, host: Parts) -> None:
        super().__init__("second", Fidelity.SIMULATED)
        self._host = host
        self._target = _GuestTarget(host)
        self._team = team_beside(host)
        self._is_up = False

    @acting
    def up(self) -> None:
        """Stand the second platform up.

        Raises:
            StateError: If there is a platform of its name, which would be taken for it.
        """
        if (there := PlatformState(self._host.root, self._team)).exists():
            raise StateError(f"expected no platform of the team {self._team}, found {there.dir}; take it down first")
        self._is_up = True
        self._target.up(self._team, Quiet())

    @acting
    def down(self) -> None:
        """Take it down."""
        if self._is_up:
            self._target.down(self._team, Quiet())
            self._is_up = False

    def close(self) -> None:
        """Take down what a scenario has left up."""
        self.down()


def team_beside(host: Parts) -> str:
    """Name the team of the platform beside *host*, of its own for each: trials side by side have one each."""
    return f"{host.team[:_STEM]}-two"
