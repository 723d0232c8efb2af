"""Tests of the target kind."""
