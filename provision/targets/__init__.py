"""The targets that a platform can be built on."""
