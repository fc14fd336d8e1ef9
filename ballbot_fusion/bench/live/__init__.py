"""Processes that take part in benches of the middleware: real DDS, one process each."""
