"""Breaks of who is in charge of new routes."""

from __future__ import annotations

from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds


def rival_in_charge(site: Site) -> tuple[str, ...]:
    """Have a second kind of controller be the default for new routes."""
    meta = {"name": "rival", "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}}
    spec = {"controller": "example.com/rival"}
    site.create({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": meta, "spec": spec})
    return ("rival",)


SABOTAGES = (
    Sabotage(
        "two kinds of controller are in charge",
        rival_in_charge,
        "features/ingress/controllers.feature::One kind of controller is in charge",
        rounds.ASTRAY,
        ("not among the kinds of controller",),
    ),
)
