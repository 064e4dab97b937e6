"""What a run is worth, in plain words. Too few trades is a grade too."""

import math
from dataclasses import dataclass

import numpy as np

from backend.trading.validation import MonteCarlo

LEAST_TRADES = 30
_TITLES = {
    "too_few_trades": "Not enough trades to say anything",
    "not_to_be_trusted": "Not to be trusted",
    "losing": "Loses money",
    "weak": "Weak",
    "promising": "Promising",
    "strong": "Strong",
}


@dataclass(frozen=True)
class Grade:
    """The grade, its title, and the sentences behind it."""

    grade: str
    title: str
    reasons: list[str]


def grade(
    measures: np.void, failed_checks: list[str], drawn: MonteCarlo | None, overfitting: float | None = None
) -> Grade:
    """The grade of a run. `drawn`: its bootstrap; `overfitting`: the probability of it, after an optimisation."""
    trades = int(measures["trades"])
    if failed_checks:
        return _graded("not_to_be_trusted", failed_checks)
    if trades < LEAST_TRADES:
        return _graded(
            "too_few_trades",
            [f"{trades} trades could be chance; it takes at least {LEAST_TRADES}. Test a longer period."],
        )
    total, benchmark = float(measures["total_return"]), float(measures["benchmark_return"])
    reasons = [f"{trades} trades, {total:+.1%} after fees; holding the coin gave {benchmark:+.1%}."]
    if total <= 0:
        if total + (float(measures["fees"]) + float(measures["slippage"])) / float(measures["initial_equity"]) > 0:
            reasons.append("Before fees and slippage it would have gained: it trades too often for its edge.")
        return _graded("losing", reasons)
    points = _points(measures, drawn, overfitting, reasons)
    if points >= 4:
        return _graded("strong", reasons)
    return _graded("promising" if points >= 2 else "weak", reasons)


def _points(measures: np.void, drawn: MonteCarlo | None, overfitting: float | None, reasons: list[str]) -> int:
    """What speaks for the run, with a sentence for each thing that speaks for or against it."""
    points = 0
    beats = float(measures["total_return"]) > float(measures["benchmark_return"])
    points += beats
    reasons.append("It beat holding the coin." if beats else "Holding the coin would have been better.")
    factor = float(measures["profit_factor"])
    points += math.isnan(factor) or factor >= 1.3
    if factor < 1.3:
        reasons.append(f"The profit factor of {factor:.2f} leaves little room for a worse market.")
    sharpe = float(measures["sharpe"])
    if math.isnan(sharpe):
        reasons.append("The period is too short for a Sharpe ratio.")
    else:
        points += sharpe >= 1
        reasons.append(f"The Sharpe ratio is {sharpe:.2f}" + (", which is good." if sharpe >= 1 else "."))
    drawdown = float(measures["max_drawdown"])
    points += drawdown <= 0.2
    if drawdown > 0.2:
        reasons.append(f"On the way it lost {drawdown:.0%} from a peak: could you have watched that?")
    if drawn is not None:
        points += drawn.loss_probability <= 0.1
        reasons.append(
            f"Drawing its trades anew {drawn.runs} times ended in a loss {drawn.loss_probability:.0%} of the time."
        )
    if overfitting is not None and overfitting > 0.3:
        points -= 2
        reasons.append(f"The parameters were probably fitted to the past (probability {overfitting:.0%}).")
    return points


def _graded(name: str, reasons: list[str]) -> Grade:
    return Grade(name, _TITLES[name], reasons)
