"""What a case has done outside itself: one activity a step."""
