"""What keeps bots from harm that no strategy sees: switches, limits over all bots, thin markets, prices far off."""
