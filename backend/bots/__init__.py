"""Bot configuration and its lifecycle."""
