"""Tests of the workloads: manifests, checks, apply, drift and gates."""
