"""The life of an order as data: which state may follow which."""

STATES = (
    "intended",
    "submitting",
    "open",
    "partially_filled",
    "filled",
    "canceled",
    "rejected",
    "expired",
    "review",
)

_TRANSITIONS: dict[str, frozenset[str]] = {
    "intended": frozenset({"submitting", "filled", "canceled", "rejected"}),
    # Back to its intent, where the exchange has surely taken nothing of it.
    "submitting": frozenset(
        {"intended", "open", "partially_filled", "filled", "canceled", "rejected", "expired", "review"}
    ),
    "open": frozenset({"partially_filled", "filled", "canceled", "rejected", "expired", "review"}),
    "partially_filled": frozenset({"filled", "canceled", "expired", "review"}),
    "review": frozenset({"open", "partially_filled", "filled", "canceled", "rejected", "expired"}),
    "filled": frozenset(),
    "canceled": frozenset(),
    "rejected": frozenset(),
    "expired": frozenset(),
}

TERMINAL = frozenset(state for state, following in _TRANSITIONS.items() if not following)
"""Nothing follows these."""


class IllegalTransition(Exception):
    """The order cannot get from one state into the other; a defect, never a user's mistake."""


def check_transition(before: str, after: str) -> None:
    """Raises IllegalTransition unless `after` may follow `before`; staying is always allowed."""
    if before != after and after not in _TRANSITIONS[before]:
        raise IllegalTransition(f"An order that is {before} cannot become {after}.")
