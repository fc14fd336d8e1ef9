"""Hours of simulated time with random faults, in one process: what grows that must not?"""
