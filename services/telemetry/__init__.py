"""What a process tells about itself: the SDK's log lines, figures for Prometheus, traces."""
