"""The fault campaign without ROS: what it drives, what it reports, and the page that shows it.

A stage is a module with ``scenarios(policy, seeds, seconds)``, ``run(scenario)`` and
``figures(episodes)``; a new one is a file and a line in stages.py. Which faults are driven is said
nowhere here: every case of suites/fault_cases.py is, and every promise is that of core/reactions.
"""
