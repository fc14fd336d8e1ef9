"""A recording looked at beside the policy that drove in it, or another one."""
