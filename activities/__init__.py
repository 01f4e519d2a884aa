"""The hands: what a case does to the world, one activity a step."""
