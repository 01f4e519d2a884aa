"""What is known before a message is sent: which a case can use, and which letters it will cause."""
