"""Breaks of which image is run: somebody's policy of the cluster changes what is asked for."""

from __future__ import annotations

from typing import Any

from lightkube import codecs

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.policies import mutate
from steps.support import manifests

_IMAGES = "features/rollouts/images.feature"
_TRIALS = 'has(object.metadata.name) && object.metadata.name.startsWith("trial-image-")'
_SWAP = """Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{
  name: c.name, imagePullPolicy: c.imagePullPolicy == "Always" ? "IfNotPresent" : "Always"})}}"""


def policies_swapped(site: Site) -> tuple[str, ...]:
    """Have whoever is to pull each time pull only what is not there, and the other way round."""
    pods: dict[str, Any] = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    mutate(site, "swap-pulling", pods, _TRIALS, _SWAP)
    until("the policy is in force", lambda: _pulled(site) == "IfNotPresent")
    return ()


def _pulled(site: Site) -> str:
    """Return how the API server says that a pod with the tag ``latest`` would be pulled."""
    pod: Any = codecs.from_dict(manifests.pod("trial-image-asked", "registry.invalid/trial:latest"))
    return str(site.kube.create(pod, dry_run=True).spec.containers[0].imagePullPolicy)


SABOTAGES = (
    Sabotage(
        "a policy that changes how images are pulled",
        policies_swapped,
        f'{_IMAGES}::The tag of an image decides: the tag "latest"',
        rounds.BY_HAND,
        ("the image is pulled  Always", "IfNotPresent"),
    ),
    Sabotage(
        "a policy that is stronger than what somebody says",
        policies_swapped,
        f"{_IMAGES}::Somebody says otherwise",
        rounds.BY_HAND,
        ("the image is pulled  IfNotPresent", "Always"),
    ),
    *(
        Sabotage(
            f"a tag that is used again, and {what}",
            policies_swapped,
            f"{_IMAGES}::{scenario}",
            rounds.TAGS,
            ("image sha256:",),
        )
        for what, scenario in (
            ("is pulled though it is there", "A tag is used again, and the image is there already"),
            ("is not pulled", "A tag is used again, and is pulled each time"),
        )
    ),
)
