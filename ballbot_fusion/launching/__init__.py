"""What launch files share: actions of `launch`, where nodes/ know of none."""
