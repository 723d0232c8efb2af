"""Delivery: the server of pipelines, its repositories and types of resources."""
