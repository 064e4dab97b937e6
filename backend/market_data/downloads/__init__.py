"""Downloads: ranges of candles fetched from an exchange into the store, step by step."""
