"""The target ``kind``: real nodes, each a container on this machine."""
