"""Who may speak: the keys by which senders prove who they are, the proofs themselves, and who looks at them."""
