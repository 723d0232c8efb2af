"""``seatrial init --like-this``: the platform that Seatrial comes with, as another team's own project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Template

from seatrial import __version__, packed
from seatrial.contained import check_team
from seatrial.errors import SeatrialError, UsageError
from seatrial.escaping import one_line

_DOMAIN = re.compile(r"(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


@dataclass(frozen=True)
class Likeness:
    """A platform like the one that Seatrial comes with.

    Attributes:
        name: The team's, which becomes its ``$TEAMID``.
        domain: Below which its zone lies.
        ci: Whose file for continuous integration it gets, as the plan calls it.

    Raises:
        UsageError: If one cannot be what it has to be.
    """

    name: str
    domain: str
    ci: str

    def __post_init__(self) -> None:
        if not self.name:
            raise UsageError("--name: expected the team's name, such as team1; it becomes $TEAMID")
        check_team(self.name)
        if not _DOMAIN.fullmatch(self.domain):
            raise UsageError(f"--domain {one_line(self.domain)}: expected the team's domain, such as example.org")

    def files(self) -> dict[str, bytes]:
        """Return the content of each file, by its path.

        Raises:
            UsageError: If this Seatrial came without a platform.
            SeatrialError: If what it came with is damaged, or is not what its plan says.
        """
        try:
            found = packed.files()
            plan = packed.plan(found)
            taken = {path: found[path] for path in found if _within(path, plan["take"])}
            for change in plan["changes"]:
                taken[change["file"]] = self._changed(taken[change["file"]].decode(), **change).encode()
            made = {**plan["made"], **plan["made-for"][self.ci]}
            return taken | {path: self._filled(found[name].decode()).encode() for path, name in made.items()}
        except LookupError as error:
            if isinstance(error, KeyError):
                raise SeatrialError(f"--like-this: {packed.PLAN} names {error}, which is not there") from error
            raise UsageError(
                f"--like-this: {error}; install a wheel that was built in a checkout of it by Git, or run "
                "`seatrial init` without it"
            ) from error
        except (OSError, ValueError) as error:
            raise SeatrialError(f"--like-this: what Seatrial came with cannot be read: {error}") from error

    def _changed(self, content: str, *, file: str, text: str, becomes: str) -> str:
        if text not in content:
            raise ValueError(f"{file}: expected {text.strip()!r} in it, as {packed.PLAN} says")
        return content.replace(text, self._filled(becomes))

    def _filled(self, template: str) -> str:
        return Template(template).substitute(name=self.name, domain=self.domain, version=__version__)


def _within(path: str, taken: list[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in taken)
