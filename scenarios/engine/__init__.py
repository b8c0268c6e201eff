"""The words (events, effects, context), the step function, the staff half and the rules of the desk."""
