"""Measurements are sound."""
