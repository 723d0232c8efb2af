"""Looking, and holding what was seen to what is expected: the ground that scenarios and provisioning share."""
