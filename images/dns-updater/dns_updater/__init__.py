"""Keeps an A record in Route53 for every Service of a cluster: the nodes whose ingress controller is ready."""
