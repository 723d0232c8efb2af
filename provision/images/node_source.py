"""What kind's own source says: the files of its base image, and the names of the images that it expects."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from provision.images.archive import ImageError
from provision.toolchain.gobuild import MODULES

_SECONDS = 300.0


@dataclass(frozen=True)
class KindSource:
    """The source of kind, at the version of the toolchain.

    Attributes:
        folder: Where Go has unpacked it.
    """

    folder: Path

    @property
    def base_files(self) -> Path:
        """The files that kind puts over the base image's packages."""
        return self.folder / "images/base/files"

    @property
    def network_image(self) -> str:
        """The image of its network program."""
        return self._names("pkg/build/nodeimage/const_cni.go")[0]

    @property
    def storage_images(self) -> list[str]:
        """The images of its storage provisioner."""
        return self._names("pkg/build/nodeimage/const_storage.go")

    @property
    def sandbox_image(self) -> str:
        """The image that holds a pod's namespaces, as its containerd is configured."""
        text = (self.base_files / "etc/containerd/config.toml").read_text()
        return self._one(r'sandbox_image = "([^"]+)"', text, "images/base/files/etc/containerd/config.toml")

    @property
    def balancer_image(self) -> str:
        """The image of the load balancer before several control planes."""
        where = "pkg/cluster/internal/loadbalancer/const.go"
        return self._one(r'Image = "([^"]+)"', (self.folder / where).read_text(), where)

    def _names(self, where: str) -> list[str]:
        text = (self.folder / where).read_text()
        names = re.findall(r'Image = "([^"]+)"', text)
        if not names:
            raise ImageError(f"{where} of {self.folder.name} names no image as expected: this kind is not known here.")
        return names

    def _one(self, pattern: str, text: str, where: str) -> str:
        match = re.search(pattern, text)
        if match is None:
            raise ImageError(f"{where} of {self.folder.name} names no image as expected: this kind is not known here.")
        return match.group(1)


def kind_source() -> KindSource:
    """Return kind's source, which Go fetches, verified by the repository's go.sum, unless it has it.

    Raises:
        ImageError: Go is missing or cannot fetch it.
    """
    # Not `go mod download -json`: of a module that go.mod names as a tool only, that verifies more than is needed.
    command = ["go", "list", "-mod=readonly", "-m", "-json", "sigs.k8s.io/kind"]
    fetch = ["go", "mod", "download", "sigs.k8s.io/kind"]
    try:
        for one in (fetch, command):
            done = subprocess.run(
                one, cwd=MODULES / "kind", capture_output=True, text=True, check=True, timeout=_SECONDS
            )
        return KindSource(Path(json.loads(done.stdout)["Dir"]))
    except FileNotFoundError as error:
        raise ImageError("Go is not on PATH: it is needed to fetch kind's source. Install it and try again.") from error
    except subprocess.CalledProcessError as error:
        text = f"kind's source cannot be had: `{' '.join(error.cmd)}` ended with {error.returncode}: {error.stderr}"
        raise ImageError(text) from error
    except (subprocess.TimeoutExpired, KeyError, ValueError) as error:
        raise ImageError(f"kind's source cannot be had: {error}") from error
