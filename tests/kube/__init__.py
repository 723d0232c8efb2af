"""The way to a cluster, as people have it."""
