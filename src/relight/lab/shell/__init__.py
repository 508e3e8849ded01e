"""The gateway's sockets, timers and threads: all that touches the network stands here."""
