"""The node image of the target ``kind``: the published one where it can be pulled, else one built here.

It is built from Debian packages and Go modules; so is the image of the load balancer before the control planes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provision import programs
from provision.engine.client import Engine, EngineError
from provision.images.archive import ImageError
from provision.images.node_balancer import BALANCER, balancer_archive
from provision.images.node_base import node_base
from provision.images.node_images import CONTROL_PLANE, NodeImages
from provision.images.node_packages import NODE_LOCK
from provision.images.node_programs import SOURCES, own_program
from provision.images.node_source import kind_source
from provision.images.node_workshop import Say, digest, timed
from provision.toolchain import Toolchain
from provision.toolchain.catalogue import NODE_TOOLS
from provision.toolchain.catalogue import TOOLS as CATALOGUE
from provision.toolchain.catalogue_kubernetes import KUBERNETES
from provision.toolchain.locking import held

PUBLISHED = f"docker.io/kindest/node:v{KUBERNETES}"
_ASK_SECONDS = 10.0
_PULL_SECONDS = 900.0
_BUILD_SECONDS = 900.0
_ON_THE_NODE = ("kubeadm", "kubelet", "kubectl")
_HERE = Path(__file__).parent
_RECIPE = [_HERE / name for name in ("archive.py", "node.py", "node_images.py", "node_base.py", NODE_LOCK.name)]


@dataclass(frozen=True)
class Node:
    """An image for nodes, which the engine has.

    Attributes:
        image: Its name.
        published: It is kind's own, not one built here.
    """

    image: str
    published: bool


def published(engine: Engine, name: str) -> bool:
    """Tell whether an image can be pulled: the engine asks the image's registry, within a short limit."""
    try:
        return engine.attempt("manifest", "inspect", name, timeout=_ASK_SECONDS).returncode == 0
    except EngineError:
        return False


def ensure_node(engine: Engine, toolchain: Toolchain, say: Say) -> Node:
    """See to it that the engine has a node image and the load balancer's.

    What was built here once is used again; else the published image is pulled; else one is built.

    Args:
        engine: The container engine.
        toolchain: Where programs come from; its cache keeps what is built.
        say: Told how it goes.

    Raises:
        ImageError: It cannot be built; the message says why.
        EngineError: The engine refused something.
        ToolchainError: A program cannot be had.
    """
    if engine.has_image(PUBLISHED):
        return Node(PUBLISHED, published=True)
    built = built_name()
    if not engine.has_image(built) and published(engine, PUBLISHED):
        with timed(say, f"pulling {PUBLISHED}"):
            engine.run("pull", "--quiet", PUBLISHED, timeout=_PULL_SECONDS)
        return Node(PUBLISHED, published=True)
    with held(toolchain.cache / "locks" / "node-image.lock", lambda: say("node image: another run makes it, waiting")):
        return _build(engine, toolchain, built, say)


def built_name() -> str:
    """Give the name of the node image that is built here, which depends on all that goes into it."""
    tools = [str(CATALOGUE[name]) for name in NODE_TOOLS]
    return f"seatrial/node:v{KUBERNETES}-{digest(*tools, *_RECIPE, SOURCES / 'pause', SOURCES / 'kindnetd')}"


def _build(engine: Engine, toolchain: Toolchain, name: str, say: Say) -> Node:
    balancer = name.replace("/node:", "/node-balancer:")  # made of the same packages: kind's name for it does not tell
    if engine.has_image(name) and engine.has_image(balancer):
        engine.run("tag", balancer, BALANCER)
        return Node(name, published=False)
    say(f"{PUBLISHED} cannot be pulled: the node image is built here, once")
    source = kind_source()
    tools = toolchain.ensure_all(NODE_TOOLS)
    cache = toolchain.cache
    base = node_base(cache, source, say)
    if source.balancer_image != BALANCER:
        raise ImageError(f"kind asks for {source.balancer_image}, but {BALANCER} is what is built here: update it.")
    if not engine.has_image(balancer):
        archive = balancer_archive(base.root, cache, say)
        engine.run("load", "--input", str(archive))
        engine.run("tag", BALANCER, balancer)
    if engine.has_image(name):
        return Node(name, published=False)
    own = {one: own_program(one, cache, say) for one in ("pause", "kindnetd")}
    if not engine.has_image(base.image):
        with timed(say, "node base: load"):
            engine.run("load", "--input", str(base.archive), timeout=_BUILD_SECONDS)
    for left in (cache / "images").glob(".node-*"):  # by a killed run: the lock is ours
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=".node-", dir=cache / "images") as name_of_scratch:
        scratch = Path(name_of_scratch)
        with timed(say, "node image: Kubernetes' images"):
            server = _server(scratch, tools, NodeImages(tools, own, base.root, source))
        with timed(say, "node image: kind build node-image"):
            _kind_build(tools["kind"], server, base.image, name, scratch)
    return Node(name, published=False)


def _server(folder: Path, tools: Mapping[str, Path], images: NodeImages) -> Path:
    """Write what a Kubernetes release calls its server archive."""
    images.write(folder)
    path = folder / "server.tar.gz"
    top = Path("kubernetes")
    version = folder / "version"
    version.write_text(f"v{KUBERNETES}\n")
    parts = {f"{name}.tar": folder / f"{name}.tar" for name in (*CONTROL_PLANE, "kube-proxy")}
    parts |= {name: tools[name] for name in _ON_THE_NODE}
    # It is read back at once: nothing is gained by compressing it.
    with tarfile.open(path, "w:gz", compresslevel=0) as tar:
        tar.add(version, str(top / "version"))
        for name, file in parts.items():
            tar.add(file, str(top / "server/bin" / name))
    return path


def _kind_build(kind: Path, server: Path, base: str, name: str, scratch: Path) -> None:
    command = [str(kind), "build", "node-image", "--type=file", f"--base-image={base}", f"--image={name}", str(server)]
    try:
        done = programs.run(command, within=_BUILD_SECONDS, env={**os.environ, "TMPDIR": str(scratch)})
    except subprocess.TimeoutExpired as error:
        raise ImageError(f"`{' '.join(command)}` did not end within {_BUILD_SECONDS:.0f} s") from error
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-12:])
        raise ImageError(f"`{' '.join(command)}` ended with {done.returncode}:\n{tail}")
