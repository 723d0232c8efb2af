"""Seatrial: a declarative test-and-verification harness for Kubernetes platforms."""

__version__ = "0.1.0"
