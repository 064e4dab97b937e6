"""socket.io rooms and messages."""
