"""Policies of the cluster that somebody makes: what they change of what is asked of its API, and what they refuse."""

from __future__ import annotations

from typing import Any

from seatrial.sabotage import Site

_GROUP = "admissionregistration.k8s.io/v1"


def mutate(site: Site, name: str, of: dict[str, Any], which: str, into: str) -> None:
    """Have a policy of the cluster change what is asked of its API.

    Args:
        site: The platform.
        name: The policy's name.
        of: The rule of the resources and operations that it looks at.
        which: Which of them it changes, in CEL.
        into: What it changes them into, in CEL.
    """
    changed = {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": into}}
    _admit(site, "MutatingAdmissionPolicy", name, of, which, reinvocationPolicy="Never", mutations=[changed])


def refuse(site: Site, name: str, of: dict[str, Any], which: str, unless: str) -> None:
    """Have a policy of the cluster refuse what is asked of its API, unless something is so, in CEL.

    Args:
        site: The platform.
        name: The policy's name.
        of: The rule of the resources and operations that it looks at.
        which: Which of them it refuses, in CEL.
        unless: Which of those it lets pass, in CEL.
    """
    refused = {"expression": unless, "message": name}
    _admit(site, "ValidatingAdmissionPolicy", name, of, which, {"validationActions": ["Deny"]}, validations=[refused])


def _admit(
    site: Site, kind: str, name: str, of: dict[str, Any], which: str, bound: dict[str, Any] | None = None, **what: Any
) -> None:
    chosen = {"matchConstraints": {"resourceRules": [of]}, "matchConditions": [{"name": "which", "expression": which}]}
    meta = {"name": name}
    policy = chosen | {"failurePolicy": "Fail"} | what
    site.create({"apiVersion": _GROUP, "kind": kind, "metadata": meta, "spec": policy})
    binding = {"policyName": name} | (bound or {})
    site.create({"apiVersion": _GROUP, "kind": f"{kind}Binding", "metadata": meta, "spec": binding})
