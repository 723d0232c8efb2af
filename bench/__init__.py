"""Measurements of speed: this harness beside the best of its field, paired on one machine and one API server."""
