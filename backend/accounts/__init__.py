"""Users, sessions and tokens, passwords."""
