"""The words of the notices. `index.toml` lists the kinds and `texts` holds a text for each; both are the office's."""
