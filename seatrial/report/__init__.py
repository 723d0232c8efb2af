"""Reports: what a run says of every planned scenario, for people and for machines."""
