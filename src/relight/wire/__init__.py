"""Codecs: bytes and texts in, values out. Pure, sans-IO: no sockets, clocks or keys of our own."""
