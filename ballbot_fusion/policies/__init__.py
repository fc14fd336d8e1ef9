"""The networks: one file per fusion architecture, shared parts beside them."""
