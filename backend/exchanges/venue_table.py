"""The exchanges that this platform trades on: one table of their differences."""

from backend.exchanges.venue import KeyField, RequestLimit, RequestLimits, Venue

_KEY = KeyField("api_key", "API key")
_SECRET = KeyField("api_secret", "Secret key", "Shown only once, when the key is made.")

BINANCE = Venue(
    id="binance",
    name="Binance",
    key_page_url="https://www.binance.com/en/my/settings/api-management",
    key_guide=(
        "Open API management in your Binance account and choose Create API, kind System generated.",
        "Tick Enable Reading and Enable Spot & Margin Trading. Leave Enable Withdrawals off: a key that can"
        " withdraw is refused here.",
        "Choose Restrict access to trusted IPs and enter this server's address.",
        "Copy the API key and the secret key into the form. The secret is shown only once.",
    ),
    key_fields=(_KEY, _SECRET),
    timeframes=("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"),
    maker_fee=0.001,
    taker_fee=0.001,
    # 6,000 units of weight a minute and address, 100 orders in ten seconds and account; ccxt counts a fifth of it.
    limits=RequestLimits(
        RequestLimit(5400, 60),
        RequestLimit(5400, 60),
        RequestLimit(90, 10),
        weight_of_cost=5,
        address=RequestLimit(5400, 60),
        too_many_orders='"code":-1015',
    ),
    # Signed within 5 s, the receive window of 10 s, and a margin for clocks and what waits at the exchange's door.
    absent_after_seconds=22,
    has_testnet=True,
    # Without these, loading the markets asks margin and futures addresses that a spot key may not see.
    options={
        "fetchMarkets": {"types": ["spot"]},
        "fetchCurrencies": False,
        "fetchMargins": False,
        "recvWindow": 10_000,
        "warnOnFetchOpenOrdersWithoutSymbol": False,
    },
)

KRAKEN = Venue(
    id="kraken",
    name="Kraken",
    key_page_url="https://pro.kraken.com/app/settings/api",
    key_guide=(
        "Open Settings, Connections & API in your Kraken account and choose Create API key.",
        "Under Funds tick Query only. Leave Withdraw off: a key that can withdraw is refused here.",
        "Under Orders and trades tick the queries of open and of closed orders, Create & modify orders and"
        " Cancel & close orders.",
        "Choose IP address restriction and enter this server's address. Use the key here only: Kraken counts a key's"
        " requests, and two programs on one key disturb each other.",
        "Copy the API key and the private key into the form.",
    ),
    key_fields=(_KEY, KeyField("api_secret", "Private key", "Shown only once, when the key is made.")),
    timeframes=("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"),
    maker_fee=0.0025,
    taker_fee=0.004,
    # A key's counter of the intermediate tier; orders have a counter of their own. ccxt counts three for one.
    limits=RequestLimits(RequestLimit(30, 30), RequestLimit(20, 40), RequestLimit(60, 60), weight_of_cost=1 / 3),
    # Each order carries a deadline of ten seconds, set before it is signed, within 5 s; and the same margin.
    absent_after_seconds=22,
)

COINBASE = Venue(
    id="coinbase",
    name="Coinbase",
    key_page_url="https://portal.cdp.coinbase.com/projects/api-keys",
    key_guide=(
        "Open API keys in the Coinbase Developer Platform and choose Create API key, kind Secret API key.",
        "Under Advanced settings choose the signature algorithm ECDSA; Ed25519 keys do not work here.",
        "Tick View and Trade for one portfolio. Leave Transfer off: a key that can transfer is refused here.",
        "Enter this server's address in the IP allowlist.",
        "Copy the key's name (organizations/…/apiKeys/…) and the whole private key, with its first and last line.",
    ),
    key_fields=(
        KeyField("api_key", "API key name", "Begins with organizations/."),
        KeyField(
            "api_secret",
            "Private key",
            "All lines, from -----BEGIN EC PRIVATE KEY----- to -----END EC PRIVATE KEY-----.",
            is_multiline=True,
        ),
    ),
    timeframes=("1m", "5m", "15m", "30m", "1h", "2h", "6h", "1d"),
    maker_fee=0.006,
    taker_fee=0.012,
    # Thirty units a second; ccxt counts three for a public question and ten for one of the older API.
    limits=RequestLimits(RequestLimit(30, 1), RequestLimit(30, 1), RequestLimit(30, 1)),
    candles_a_window=300,
    # Signed within 5 s, the two minutes for which a signature is good, and a little.
    absent_after_seconds=132,
)

ALPACA = Venue(
    id="alpaca",
    name="Alpaca",
    key_page_url="https://app.alpaca.markets/",
    key_guide=(
        "Open the overview of your live or paper account at Alpaca and choose Generate new keys.",
        "Alpaca's trading keys cannot be limited, nor does Alpaca tell what they may do: confirm in words below that"
        " the key cannot withdraw, and keep withdrawals behind your two-factor sign-in.",
        "Copy the key and the secret into the form; tick Test network for a key of a paper account.",
    ),
    key_fields=(_KEY, _SECRET),
    timeframes=("1m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "1w"),
    maker_fee=0.0015,
    taker_fee=0.0025,
    limits=RequestLimits(RequestLimit(180, 60), RequestLimit(180, 60), RequestLimit(180, 60)),
    # Requests carry no time, so one may be late; but an id is taken for ever, and a second order of it is refused.
    absent_after_seconds=60,
    has_testnet=True,
    has_clock=False,
    tells_rights=False,
    lists_markets_publicly=False,
    # ccxt's stream for it uses an address that was retired.
    has_streams=False,
)

ALL = (BINANCE, KRAKEN, COINBASE, ALPACA)
