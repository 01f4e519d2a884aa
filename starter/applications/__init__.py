"""Commands of the panel Applications: what an application lacks and costs, templates, the start, the import."""
