"""A name server on loopback for the hosted zones of a simulated AWS account, health checks included."""
