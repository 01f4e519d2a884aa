"""What becomes of facilities, their contacts and the office's letters to them: told to every case that it concerns."""
