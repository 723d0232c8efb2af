"""Which version of a microservice Git says, in a file that its pipeline writes."""

from __future__ import annotations

import re

import yaml

from seatrial import bounded_yaml
from seatrial.bounded import BoundsError
from seatrial.errors import SeatrialError

_TAG = re.compile(r"\d+\.\d+\.\d+")
_FORM = """\
# Which version of {name} runs: its pipeline writes it here, and rolls out what is written.
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: microservices}}
spec:
  template:
    spec:
      containers:
        - name: {name}
          image: {image}
"""


class ReleaseError(SeatrialError):
    """Git says no image that a pipeline has pushed; the message says where, and what it says instead."""


def path_of(microservice: str) -> str:
    """Return where the repository of the platform says it."""
    return f"manifests/releases/{microservice}.yaml"


def said(microservice: str, image: str) -> str:
    """Return what that file is to say of an image."""
    return _FORM.format(name=microservice, image=image)


def image(text: str, microservice: str, began: str, pushed: str) -> str:
    """Return the image that such a file says.

    Args:
        text: What it says.
        microservice: Of which microservice it is.
        began: The image that the platform was stood up with.
        pushed: What its pipeline pushes, without a tag.

    Raises:
        ReleaseError: If it says neither *began* nor a version of *pushed*: nothing else is ever run for it.
    """
    found = _image(text, microservice)
    name, _, tag = found.rpartition(":")
    if found != began and not (name == pushed and _TAG.fullmatch(tag)):
        raise ReleaseError(
            f"{path_of(microservice)} in the repository of the platform says the image {found[:200]!r}; expected "
            f"{began}, or a version of {pushed}: revert the commit that says so"
        )
    return found


def _image(text: str, microservice: str) -> str:
    try:
        bounded_yaml.check(text, path_of(microservice))
        document = bounded_yaml.LOADER(text).get_single_data()
        containers = document["spec"]["template"]["spec"]["containers"]
        return next(str(one["image"]) for one in containers if one["name"] == microservice)
    except (BoundsError, yaml.YAMLError, KeyError, TypeError, StopIteration) as error:
        raise ReleaseError(
            f"{path_of(microservice)} in the repository of the platform names no image of {microservice}: "
            f"{type(error).__name__}; revert the commit that says so"
        ) from error
