"""The stages of a designation, one module a stage: what it asks, what it waits for, what follows."""
