"""Would the next Temporal do? Its newest SDK and server are tried before anybody depends on them."""
