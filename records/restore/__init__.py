"""What the books know of steps, numbers and findings when books and server were restored to different moments."""
