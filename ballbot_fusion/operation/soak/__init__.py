"""Hours by the clock with random faults, through the whole graph: what grows that must not?"""
