"""From sign-up to the first trade on paper: python first_bot.py http://127.0.0.1:5000"""

import sys
import time
from decimal import Decimal
from uuid import UUID, uuid4

from tradefleet_client import Client

PATIENCE_SECONDS = 120


def main(address: str) -> None:
    """Sign up, start a bot on the paper account, and print its first trades."""
    name = f"ada-{uuid4().hex[:8]}"
    email, password = f"{name}@example.com", f"Correct-horse-{uuid4().hex[:6]}"
    with Client(address) as client:
        client.auth.register(email=email, username=name, password=password)
        client.log_in(email, password)
        bot = client.bots.create(
            name="My first bot",
            symbols=["BTC/USDT"],
            strategy="sma_crossover",
            strategy_config={"short_period": 2, "long_period": 4},
            timeframe="1s",
            base_amount=Decimal(100),
            stop_loss_percentage=Decimal(2),
            take_profit_percentage=Decimal(3),
        )
        started = client.bots.start(bot.id)
        print(f"{started.name} is {started.status} with {started.paper_balance:,} of play money.")
        wait_for_a_trade(client, bot.id)
        client.bots.stop(bot.id)
        for trade in client.bots.trades(bot.id, sort="executed_at"):
            print(f"{trade.executed_at:%H:%M:%S} {trade.type:4} {trade.quantity} {trade.symbol} at {trade.price}")
        print(f"Trades in all: {client.trades.list().count()}")


def wait_for_a_trade(client: Client, bot_id: UUID) -> None:
    """Ask every second until the bot has traded."""
    for _ in range(PATIENCE_SECONDS):
        if client.bots.trades(bot_id).count():
            return
        time.sleep(1)
    seen = ", ".join(look.reason for look in client.bots.evaluations(bot_id)) or "nothing yet"
    raise SystemExit(f"No trade in {PATIENCE_SECONDS} seconds. What the bot saw: {seen}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000")
