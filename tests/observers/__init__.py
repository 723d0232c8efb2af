"""Tests of the observers of a platform with real containers."""
