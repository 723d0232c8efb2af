"""Builds the specified platform on a target, and takes it down again."""
