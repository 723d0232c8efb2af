"""The tests of the harness and of the provisioning."""
