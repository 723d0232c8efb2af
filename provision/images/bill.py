"""Bills of materials (SBOM) in CycloneDX: what the wheel and the images that are made here hold of others' work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any, Final

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

from provision.images.holding import Holding, locked
from provision.images.node_bill import NODE_IMAGES
from provision.images.recipes import RECIPES
from seatrial import __version__
from seatrial.errors import UsageError

WHEEL: Final = "seatrial"
IMAGES: Final[Mapping[str, str]] = {
    **{name: recipe.version for name, recipe in RECIPES.items()},
    **{name: version for name, (version, _) in NODE_IMAGES.items()},
}
"""The version of every image that is made here, by its name."""

_LOCK = Path(__file__).parents[2] / "requirements" / "verify.txt"
_QUALIFIERS: Mapping[str, dict[str, str]] = {"deb": {"arch": "amd64", "distro": "bookworm"}, "maven": {"type": "zip"}}


def bill(names: Iterable[str] = ()) -> str:
    """Return the bill of the wheel (``seatrial``) and of images, or of all of them, as JSON.

    Args:
        names: Which; all when left out.

    Raises:
        UsageError: One is neither the wheel nor an image that is made here.
    """
    known = [WHEEL, *sorted(IMAGES)]
    wanted = list(dict.fromkeys(names)) or known
    if strangers := [name for name in wanted if name not in known]:
        raise UsageError(f"no bill for {strangers[0]}: expected one of {', '.join(known)}")
    bom = Bom()
    tops = [_top(name) for name in wanted]
    root = tops[0] if len(tops) == 1 else _component("application", "seatrial-platform", __version__)
    bom.metadata.component = root
    made: dict[Holding, Component] = {}
    for name, top in zip(wanted, tops, strict=True):
        held = [made.setdefault(one, _held(one)) for one in sorted(set(holdings(name)))]
        bom.components.update(held if top is root else [top, *held])
        bom.register_dependency(top, held)
    if len(tops) > 1:
        bom.register_dependency(root, tops)
    document: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    return json.dumps(document, indent=2, sort_keys=True)


def holdings(name: str) -> list[Holding]:
    """Return what the wheel or an image holds of others' work."""
    if name == WHEEL:
        return _of_wheel()
    if name in NODE_IMAGES:
        return list(NODE_IMAGES[name][1]())
    return [one for part in RECIPES[name].parts for one in part.holds()]


def _of_wheel() -> list[Holding]:
    """Return what the wheel requires, and what that requires, as the lock pins it."""
    known = {one.name: one for one in locked(_LOCK)}
    found: dict[str, Holding] = {}
    waiting = [WHEEL]
    while waiting:
        for name in _required(waiting.pop()):
            if name in known and name not in found:
                found[name] = known[name]
                waiting.append(name)
    return list(found.values())


def _required(name: str) -> list[str]:
    """Return the names of what an installed package requires on this machine, without extras."""
    try:
        stated = [Requirement(line) for line in requires(name) or []]
    except PackageNotFoundError as error:
        raise UsageError(f"{name} is not installed: `make setup` installs what the lock pins") from error
    needed = [one for one in stated if one.marker is None or one.marker.evaluate({"extra": ""})]
    return [one.name.replace("_", "-").replace(".", "-").lower() for one in needed]


def _top(name: str) -> Component:
    if name == WHEEL:
        return _component("library", WHEEL, __version__, PackageURL("pypi", None, WHEEL, __version__))
    return _component("container", name, IMAGES[name])


def _component(kind: str, name: str, version: str, purl: PackageURL | None = None) -> Component:
    return Component(
        type=ComponentType(kind), name=name, version=version, purl=purl, bom_ref=str(purl) if purl else f"{kind}:{name}"
    )


def _held(one: Holding) -> Component:
    purl = PackageURL(one.kind, one.group or None, one.name, one.version, _QUALIFIERS.get(one.kind))
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=content) for content in one.hashes]
    return Component(
        type=ComponentType.LIBRARY,
        group=one.group or None,
        name=one.name,
        version=one.version,
        purl=purl,
        bom_ref=str(purl),
        hashes=[] if one.kind == "pypi" else hashes,
        external_references=[_files(one.name, hashes)] if one.kind == "pypi" else [],
    )


def _files(name: str, hashes: list[HashType]) -> ExternalReference:
    """Return where the files of a package of Python are, of which each platform takes one, with the hashes of all."""
    url = XsUri(f"https://pypi.org/simple/{name}/")
    return ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=url, hashes=hashes)
