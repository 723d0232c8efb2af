"""The way to a cluster: kubeconfigs as people have them, and clients that outlive the server that they are led to."""
