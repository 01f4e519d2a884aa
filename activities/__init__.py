"""What a case does to the world: one activity a step of its life."""
