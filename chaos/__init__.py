"""Lives under every fault that this machine can bring about, and what must hold afterwards. See docs/chaos.md."""
