"""The generated overlay: the manifests of the repository put together with the values of one platform."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from provision.images.map import load_map
from provision.images.recipes import RECIPES
from provision.images.supply import REGISTRY_NAME
from provision.spec import PlatformSpec
from provision.workloads.errors import WorkloadsError
from provision.workloads.objects import Group
from provision.workloads.values import OverlayValues
from provision.workloads.volumes import Target, persistent_volume
from seatrial import contained

MANIFESTS = Path(__file__).parents[2] / "manifests"
STAND_INS = Path("components/standins")
_RELEASES = "releases"
TLS_NAMESPACE = "ingress"
"""Where the one certificate is, beside the ingress controllers; routes name no Secret."""


def controllers(manifests: Path = MANIFESTS) -> list[str]:
    """List the ingress controllers that the manifests have a component for."""
    return sorted(path.parent.name for path in manifests.glob("components/*/kustomization.yaml"))


def sources(spec: PlatformSpec, target: Target, manifests: Path = MANIFESTS) -> list[Path]:
    """List the folders of the manifests that make up the platform."""
    return [manifests / "base", manifests / "components" / spec.ingress.controller, manifests / "overlays" / target]


def write_overlay(
    folder: Path, spec: PlatformSpec, team: str, target: Target, values: OverlayValues, *, manifests: Path = MANIFESTS
) -> None:
    """Write the overlay of the platform *team* into *folder*; its files are readable by their owner alone.

    Raises:
        WorkloadsError: The ingress controller has no component, the target has no overlay, or the volumes are not
            one for each MongoDB member.
    """
    _refuse_misfits(spec, target, values, manifests)
    contained.folder(folder)
    kustomization: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [_reach(folder, manifests / "base"), "values.yaml", "ownership.yaml", "volumes.yaml"],
        "components": [
            _reach(folder, manifests / "components" / spec.ingress.controller),
            _reach(folder, manifests / "values"),
            _reach(folder, manifests / "overlays" / target),
            *(_reach(folder, manifests / STAND_INS / name) for name in values.stand_ins),
            _RELEASES,
        ],
        "images": [_image(name, image) for name, image in _images(target, values).items()],
        "patches": [_without(name) for name in values.left_out],
        "secretGenerator": [_secret("grafana-admin", "backing", "grafana", "Opaque", ["password=grafana-password"])],
    }
    password = folder / "grafana-password"
    if not password.exists():
        contained.write(password, secrets.token_urlsafe(24).encode())
    if values.certificate is not None:
        contained.write(folder / "tls.crt", values.certificate.certificate)
        contained.write(folder / "tls.key", values.certificate.key)
        kustomization["secretGenerator"] += [
            _secret("platform-tls", TLS_NAMESPACE, "ingress-controller", "kubernetes.io/tls", ["tls.crt", "tls.key"])
        ]
    if values.aws_keys is not None and target != "local":  # where no pod asks AWS
        contained.write(folder / "aws-key-id", values.aws_keys.id)
        contained.write(folder / "aws-key-secret", values.aws_keys.secret)
        files = ["id=aws-key-id", "secret=aws-key-secret"]
        kustomization["secretGenerator"] += [_secret("aws-keys", "dns", "dns-updater", "Opaque", files, "dns")]
    volumes = [persistent_volume(volume, spec.mongodb.volume.size, target) for volume in values.volumes]
    _write_yaml(folder / "values.yaml", _values(spec, team, values))
    _write_yaml(folder / "ownership.yaml", _ownership(team, values.mark))
    _write_yaml(folder / "volumes.yaml", *volumes)
    write_releases(folder, values.released)
    _write_yaml(folder / "kustomization.yaml", kustomization)


def write_releases(folder: Path, images: Mapping[str, str]) -> None:
    """Write down in the overlay of *folder* which images of microservices were released, by name."""
    component = {
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "patches": [{"patch": yaml.safe_dump(_released(name, image))} for name, image in sorted(images.items())],
    }
    contained.folder(folder / _RELEASES)
    _write_yaml(folder / _RELEASES / "kustomization.yaml", component)


def _released(name: str, image: str) -> dict[str, Any]:
    pod = {"spec": {"containers": [{"name": name, "image": image}]}}
    meta = {"name": name, "namespace": "microservices"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": {"template": pod}}


def _refuse_misfits(spec: PlatformSpec, target: Target, values: OverlayValues, manifests: Path) -> None:
    known = controllers(manifests)
    if spec.ingress.controller not in known:
        raise WorkloadsError(
            f"platform.yaml: ingress.controller: no component {spec.ingress.controller!r} under "
            f"{manifests / 'components'}; expected one of {', '.join(known)}"
        )
    if not (manifests / "overlays" / target / "kustomization.yaml").is_file():
        raise WorkloadsError(f"no overlay for the target {target!r} under {manifests / 'overlays'}")
    for name in values.stand_ins:
        if not (manifests / STAND_INS / name / "kustomization.yaml").is_file():
            raise WorkloadsError(f"no component for the stand-in {name!r} under {manifests / STAND_INS}")
    found = sorted(volume.member for volume in values.volumes)
    if found != list(range(spec.mongodb.members)):
        raise WorkloadsError(
            f"expected one volume for each of the {spec.mongodb.members} MongoDB members (platform.yaml: "
            f"mongodb.members), got volumes for the members {', '.join(map(str, found)) or '(none)'}; "
            "run the step that makes the volumes first"
        )


def _values(spec: PlatformSpec, team: str, values: OverlayValues) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "platform-values",
            "annotations": {"config.kubernetes.io/local-config": "true"},
        },
        "data": {
            "team": team,
            "zone": spec.zone_name(team),
            "hostedZoneId": values.hosted_zone_id,
            "addressType": values.address_type,
            "network": values.network or spec.network,
            "region": spec.region,
            "awsEndpoint": values.aws_endpoint,
            "ttl": str(spec.dns.ttl),
            "mongodbMembers": str(spec.mongodb.members),
            "mongodbVolume": f"{spec.mongodb.volume.size}Gi",
            "microserviceReplicas": str(spec.microservices.replicas),
            "microservicePort": str(spec.microservices.port),
            **_quotas(spec),
            "portHttp": str(spec.ingress.ports.http),
            "portHttps": str(spec.ingress.ports.https),
            "portStatus": str(spec.ingress.ports.status),
        },
    }


def _quotas(spec: PlatformSpec) -> dict[str, str]:
    """Return what namespaces with pods on each machine, or on each node, may ask for: it grows with them."""
    machines, nodes = spec.masters.count + spec.nodes.count, spec.nodes.count
    return {
        "quotaBackingPods": str(28 + 2 * machines),
        "quotaBackingCpu": _cores(2800 + 200 * machines),
        "quotaBackingMemory": _bytes(9 * 1024 + 512 * machines),
        "quotaIngressPods": str(14 + 2 * nodes),
        "quotaIngressCpu": _cores(1400 + 200 * nodes),
        "quotaIngressMemory": _bytes(1536 + 512 * nodes),
    }


def _cores(thousandths: int) -> str:
    """Write it as the API server does, so that nothing differs from Git."""
    return f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000)


def _bytes(mebi: int) -> str:
    """Write it likewise."""
    return f"{mebi}Mi" if mebi % 1024 else f"{mebi // 1024}Gi"


def _ownership(team: str, mark: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "seatrial-ownership",
            "namespace": "kube-system",
            "labels": {
                "app.kubernetes.io/name": "seatrial-ownership",
                "app.kubernetes.io/part-of": "seatrial-platform",
                "seatrial.dev/group": "backing",
            },
        },
        "data": {"team": team, "mark": mark},
    }


def _images(target: Target, values: OverlayValues) -> dict[str, str]:
    if target != "kind" or values.images:
        return dict(values.images)
    # nobody has chosen: the real ones, and our own as they are made here
    return {
        name: entry.real or f"{REGISTRY_NAME}/{RECIPES[entry.recipe].name}:{RECIPES[entry.recipe].version}"
        for name, entry in load_map().items()
    }


def _image(name: str, image: str) -> dict[str, str]:
    bare, _, digest = image.partition("@")
    if digest:
        return {"name": name, "newName": bare, "digest": digest}
    path, _, tag = bare.rpartition(":")
    return {"name": name, "newName": path, "newTag": tag}


def _without(component: str) -> dict[str, Any]:
    gone = {"$patch": "delete", "apiVersion": "v1", "kind": "Any", "metadata": {"name": "any"}}
    return {"target": {"labelSelector": f"app.kubernetes.io/name={component}"}, "patch": yaml.safe_dump(gone)}


def _secret(
    name: str, namespace: str, component: str, kind: str, files: list[str], group: Group = "backing"
) -> dict[str, Any]:
    return {
        "name": name,
        "namespace": namespace,
        "type": kind,
        "files": files,
        "options": {
            "disableNameSuffixHash": True,
            "labels": {
                "app.kubernetes.io/name": component,
                "app.kubernetes.io/part-of": "seatrial-platform",
                "seatrial.dev/group": group,
            },
        },
    }


def _reach(folder: Path, target: Path) -> str:
    # kustomize takes folders by a path relative to the kustomization alone, and follows links on the way
    return os.path.relpath(target.resolve(), folder.resolve())


def _write_yaml(path: Path, *documents: dict[str, Any]) -> None:
    contained.write(path, yaml.safe_dump_all(documents, sort_keys=False).encode())
