"""The sandbox exchange: a stand-in for real venues with play money, as a process of its own."""
