"""What a case of mammography does beside every cycle: certificate, notices to FDA, random image checks."""
