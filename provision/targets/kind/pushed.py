"""What pipelines push: each microservice has a repository, a pipeline and an image of its own."""

from __future__ import annotations

from typing import Final

MICROSERVICES: Final = ("msvc1", "msvc2")
_OF_TEAMS: Final = "teams"  # no image of anybody's recipe is called so


def repository_of(team: str, microservice: str = "") -> str:
    """Name a microservice's repository in the registry, or the folder of all that a team's pipelines push."""
    return "/".join(filter(None, (_OF_TEAMS, team, microservice)))
