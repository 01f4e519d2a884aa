"""Breaking changes, tried one by one on a copy of the tree: which gate catches each (`make breaking-changes`)."""
