"""A cluster that stands already, judged by an installed harness in a project that has no provisioning."""
