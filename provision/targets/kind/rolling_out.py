"""How pipelines reach the cluster's API to roll out, and do nothing else there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lightkube import Client
from lightkube.models.authentication_v1 import TokenRequestSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ServiceAccountToken

_ACCOUNT: Final = "roll-out"
_NAMESPACE: Final = "microservices"
_SECONDS: Final = 30 * 86400
"""How long their token is good; each standup gives them another."""


@dataclass(frozen=True, repr=False)
class RollingOut:
    """What a pipeline is told of the cluster.

    Attributes:
        api: Where its API answers, in the platform's network.
        name: The name for which the API's certificate is valid there.
        authority: The certificate of who signed that, PEM.
        token: What lets it roll out.
    """

    api: str
    name: str
    authority: str
    token: str


def token(client: Client) -> str:
    """Return a token of the account that rolls out, which may change Deployments of microservices alone.

    Raises:
        ApiError: If there is no such account, or the API refuses.
    """
    of = ObjectMeta(name=_ACCOUNT, namespace=_NAMESPACE)
    asked = ServiceAccountToken(metadata=of, spec=TokenRequestSpec(expirationSeconds=_SECONDS))
    given = client.create(asked, _ACCOUNT, namespace=_NAMESPACE)
    return str(given.status.token if given.status else "")
