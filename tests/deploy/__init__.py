"""What is in deploy/, linted by its own tools and executed without a container engine."""
