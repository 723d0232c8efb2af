"""What pipelines pull from the platform's registry, and push to it, each by a token for that alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from provision.images.build import Builds
from provision.images.recipes import DELIVERY_TOOLS
from provision.images.supply import REGISTRY_NAME
from provision.registry import Reference, Registry
from provision.targets.kind.images import KindImages, Say
from provision.targets.kind.pushed import repository_of
from provision.toolchain import Toolchain
from provision.toolchain.locking import held

_AS_STOOD_UP = "as-stood-up-{digest:.12}"
"""The tag of an image that pipelines begin with: what is pushed later never moves it."""


@dataclass(frozen=True)
class ImageAt:
    """An image as pipelines find it.

    Attributes:
        repository: Where it is, with its registry's address.
        tag: The tag that leads to it.
        digest: Its digest.
        token: What lets somebody pull it.
    """

    repository: str
    tag: str
    digest: str
    token: str


class DeliveryImages:
    """The images of one platform's pipelines.

    Args:
        team: The platform's ``$TEAMID``.
        images: Gives the platform's own.
        toolchain: Its cache keeps what images are made of.
        say: Told how it goes.
    """

    def __init__(self, team: str, images: Callable[[], KindImages], toolchain: Toolchain, say: Say) -> None:
        self._team = team
        self._images = images
        self._toolchain = toolchain
        self._say = say

    def microservice(self) -> ImageAt:
        """Return the image that microservices run in, as it was when the platform was stood up.

        Raises:
            RegistryError: If the registry does not have it.
        """
        known = Reference.of(self.began)
        return self._at(known.repository, known.tag)

    @property
    def began(self) -> str:
        """The image of microservices that the platform was stood up with, as its nodes call it."""
        return self._images().names["microservice"]

    def tools(self) -> ImageAt:
        """Have the image of tools in the registry, and return it.

        Raises:
            ImageError: If it cannot be made.
            RegistryError: If the registry does not take it.
        """
        builds = Builds(self._toolchain.cache, say=self._say)
        built = builds.make(DELIVERY_TOOLS)
        layers = [(digest, builds.layer(digest)) for digest in built.layers]
        with held(self._toolchain.cache / "locks" / "registry.lock"), self._registry() as registry:
            digest = registry.put(built.recipe, built.version, built.config.encode(), layers)
        return self._at(built.recipe, digest)

    def pushed(self, microservice: str) -> tuple[str, str]:
        """Return where a microservice's pipeline pushes to, and the token that lets it."""
        repository = repository_of(self._team, microservice)
        return f"{self._address}/{repository}", self._images().tokens.to_push(repository)

    def name_of(self, microservice: str) -> str:
        """Return what nodes call the image that a microservice's pipeline pushes, without its tag."""
        return f"{REGISTRY_NAME}/{repository_of(self._team, microservice)}"

    @property
    def _address(self) -> str:
        return self._images().url.partition("://")[2]

    def _at(self, repository: str, digest: str) -> ImageAt:
        tag = _AS_STOOD_UP.format(digest=digest.partition(":")[2])
        with self._registry() as registry:
            registry.tag(repository, digest, tag)
        return ImageAt(f"{self._address}/{repository}", tag, digest, self._images().tokens.to_pull([repository]))

    def _registry(self) -> Registry:
        return Registry(self._images().url, self._images().access)
