"""Tests of the estate."""
