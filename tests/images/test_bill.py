"""The bill of materials of an image is true: it is compared with the files of the image itself."""

from __future__ import annotations

import itertools
import json
import os
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from provision.images import parts_python, parts_tools
from provision.images.archive import ImageError
from provision.images.bill import IMAGES, bill, holdings
from provision.images.build import Builds
from provision.images.holding import Holding
from provision.images.parts_python import PythonApp
from provision.images.recipes import RECIPES
from provision.toolchain import cache_dir
from provision.toolchain.cache import sha256_of
from seatrial.errors import UsageError

from . import inside

CACHE = cache_dir(os.environ)
BUILDS = Builds(CACHE)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "names", [(), *((name,) for name in ("seatrial", *sorted(IMAGES)))], ids=lambda names: names or "all"
)
def test_it_is_cyclonedx(names: tuple[str, ...]) -> None:
    """Each document is as the schema of CycloneDX has it, and every part has a version, an address and hashes."""
    document = bill(names)
    assert None is JsonStrictValidator(SchemaVersion.V1_6).validate_str(document)
    said: dict[str, Any] = json.loads(document)
    held = [one for one in said.get("components", []) if one.get("purl") and one["name"] != "seatrial"]
    assert all(one["version"] for one in held)
    bare = [one["purl"] for one in held if not one.get("hashes") and not one.get("externalReferences")]
    assert bare == (["pkg:generic/jdk@17"] if names in ((), ("elasticsearch",)) else [])  # this machine's own


def test_an_image_depends_on_what_it_holds() -> None:
    """In the bill of all, each image has its own parts, and the platform has all images."""
    said = json.loads(bill())
    of = {one["ref"]: set(one.get("dependsOn", [])) for one in said["dependencies"]}
    assert {f"container:{name}" for name in IMAGES} < of[said["metadata"]["component"]["bom-ref"]]
    for name in IMAGES:
        kinds = {ref.partition("/")[0] for ref in of[f"container:{name}"]}
        assert kinds == {f"pkg:{one.kind}" for one in holdings(name)}
        assert len(of[f"container:{name}"]) == len(set(holdings(name)))


def test_the_wheel() -> None:
    """What the wheel requires is in its bill as it is installed here; what only this platform needs is not."""
    held = {one.name: one.version for one in holdings("seatrial")}
    assert {name: version(name) for name in held} == held
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {re.split(r"[^a-z0-9-]", line)[0] for line in asked} <= set(held)
    assert not {"moto", "boto3", "cyclonedx-python-lib"} & set(held)


def test_an_unknown_name() -> None:
    """There is a bill of what is made here, and of nothing else."""
    with pytest.raises(UsageError, match="no bill for nginx: expected one of seatrial, concourse, default-backend"):
        bill(["nginx"])


def untrue(name: str, billed: list[Holding]) -> list[str]:
    """Compare a bill with the layers of the image; say what is in one of them only."""
    built = BUILDS.find(name)
    if built is None:
        pytest.skip(f"{name} is not made here yet: `seatrial images build`")
    layers = [BUILDS.layer(digest) for digest in built.layers]
    return [
        *_debian(name, billed, layers),
        *_python(name, billed, layers),
        *_go(billed, _without_debian(name, layers)),
        *(f"{one.name}: no file of that hash" for one in billed if one.kind == "maven" and not _downloaded(one)),
    ]


def _debian(name: str, billed: list[Holding], layers: list[Path]) -> list[str]:
    stated = {one.hashes[0]: one for one in billed if one.kind == "deb"}
    debs = {sha256: inside.of_package(CACHE / f"images/debian/packages/{sha256}.deb") for sha256 in stated}
    known = {(path, digest) for files in debs.values() for path, digest in files.items()}
    held = {
        (path, digest)
        for layer in itertools.compress(layers, _of_debian(name))
        for path, digest in inside.of_layer(layer).items()
        if not path.endswith(".pyc") and path != "usr/bin/python3"  # made here
    }
    return [
        *(f"{path}: of no package that is billed" for path, _ in sorted(held - known)),
        *(f"{stated[s].name}: nothing of it is there" for s, files in debs.items() if not held & set(files.items())),
    ]


def _of_debian(name: str) -> list[bool]:
    return [any(one.kind == "deb" for one in part.holds()) for part in RECIPES[name].parts]


def _without_debian(name: str, layers: list[Path]) -> list[Path]:
    """Return the layers whose programs are built here: Debian bills what its own are built from."""
    return [layer for layer, packaged in zip(layers, _of_debian(name), strict=True) if not packaged]


def _python(name: str, billed: list[Holding], layers: list[Path]) -> list[str]:
    if not any(isinstance(part, PythonApp) for part in RECIPES[name].parts):
        return []
    stated = {(one.name, one.version) for one in billed if one.kind == "pypi"}
    return [f"{one}: on one side only" for one in sorted(stated ^ inside.python(layers))]


def _go(billed: list[Holding], layers: list[Path]) -> list[str]:
    stated = {(f"{h.group}/{h.name}".strip("/"), h.version, h.hashes[0]) for h in billed if h.kind == "golang"}
    built = {one for layer in layers for one in inside.go(layer)} if stated else set()
    return [f"{path} {version}: built in, and not billed" for path, version, _ in sorted(built - stated)] + (
        ["no program says what it was built from"] if stated and not built else []
    )


def _downloaded(one: Holding) -> bool:
    return any(sha256_of(file) in one.hashes for file in (CACHE / "images/downloads").glob(f"{one.name}-*"))


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_it_is_what_the_image_holds(name: str) -> None:
    """Every file of Debian's, every package of Python, every Go module in the image is billed, by version and hash."""
    assert [] == untrue(name, holdings(name))


@pytest.mark.parametrize(
    ("name", "left", "said"),
    [
        ("tools", "busybox", "usr/bin/busybox: of no package that is billed"),
        ("microservice", "starlette", "starlette"),
        ("skipper", "skipper", "github.com/zalando/skipper"),
        ("influxdb", "influxdb", "usr/bin/influxd: of no package that is billed"),
    ],
)
def test_what_a_bill_leaves_out_is_found(name: str, left: str, said: str) -> None:
    """A bill that lacks one part is found untrue."""
    short = [one for one in holdings(name) if one.name != left]
    if len(short) == len(holdings(name)):
        pytest.fail(f"{name} has no {left}")
    assert any(said in line for line in untrue(name, short))


def test_seatrial_where_a_team_has_installed_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a checkout without the harness, the image of tools has the package as it is installed, with its plugin."""
    monkeypatch.setattr(parts_tools, "_HARNESS", tmp_path / "seatrial")
    project = parts_tools.Project("/opt/x")
    tree = project.tree(cast("Any", None))
    assert {"/opt/x/seatrial/plugin.py", "/opt/x/seatrial/py.typed"} <= set(tree)
    assert any(path.endswith(".dist-info/entry_points.txt") for path in tree)
    assert not [path for path in tree if "__pycache__" in path]
    assert len(tree) + 2 == len(list(project.inputs()))


def test_a_link_among_an_apps_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that adds a link to a file outside does not have it copied into an image."""
    (tmp_path / "secret").write_text("planted")
    package = tmp_path / "images/app/app"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(parts_python, "IMAGES", tmp_path / "images")
    app = PythonApp("app", "app", (), locked=False)
    assert list(app.inputs())
    (package / "leak.py").symlink_to(tmp_path / "secret")
    with pytest.raises(ImageError, match=r"leak\.py: is a link; expected a file of the project's own"):
        list(app.inputs())
