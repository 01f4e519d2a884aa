"""The product and what it is measured against, each as processes: a worker that lives, a driver that sends."""
