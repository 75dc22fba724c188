"""Loopback carriers, operators and devices that the demo and the tests reach over real sockets."""
