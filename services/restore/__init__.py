"""Books and server that were restored to different moments: what each lacks of the other, and how it is mended."""
