"""Tests of the target ``local``."""
