"""What happens when something arrives, with recorders in the place of messengers and databases."""
