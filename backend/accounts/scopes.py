"""What a request may be for: every route names one scope, and a personal access token holds some of them."""

SCOPES: dict[str, str] = {
    "account:read": "See the account's own profile",
    "bots:read": "See bots and what they did: trades, orders, positions, decisions, results",
    "bots:write": "Create, change and delete bots; settle differences; make addresses for signals",
    "bots:trade": "Start, stop, pause and sell; go live; panic; switches and limits",
    "keys:read": "See which exchange keys there are, never the keys themselves",
    "keys:write": "Add, test and delete exchange keys",
    "research:read": "See backtests and optimisations",
    "research:write": "Run and delete backtests and optimisations",
    "market:read": "Exchanges, markets, prices, candles, strategies",
    "market:write": "Import, download and delete recorded candles",
}
"""The scopes that a token may hold, with what each allows."""

LOGIN_ONLY = "login"
"""For what only a login may do: change the account, make tokens."""
