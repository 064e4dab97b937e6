"""The price of every market as a pure function of time, so that history, present and stream always agree."""
