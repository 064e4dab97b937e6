"""`make drill`: kills processes while bots trade in a storm, then compares the ledger with the exchange's journal."""
