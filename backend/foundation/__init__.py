"""What every feature stands on: database and tenancy, errors, answers, events, keys, clock, ids."""
