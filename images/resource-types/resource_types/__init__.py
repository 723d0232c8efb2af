"""Stand-ins for the types of resources that the delivery pipelines use."""
