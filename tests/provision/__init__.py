"""The tests of the platform's parameters and pipelines."""
