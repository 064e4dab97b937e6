"""Programs for whoever runs or proves the platform."""
