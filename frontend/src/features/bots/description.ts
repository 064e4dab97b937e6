// Sentences that say what a bot of these settings does.
import Big from 'big.js';
import {
  formatMoney,
  formatPercent,
  formatPrice,
  isDecimal,
  quoteOf,
  timeframeInWords,
} from '../../formatting';
import { asksStrategy, toRules, type BotKind } from '../rules/rulesForm';
import type { FormChoices } from './BotForm';
import type { BotFormValues } from './botForm';
import { fieldsOf } from './parameters';

export interface BotDescription {
  looks: string;
  buys: string;
  sells: string[];
  account: string;
  warnings: string[];
}

export function describeBot(values: BotFormValues, choices: FormChoices, locale: string): BotDescription {
  return {
    looks: looks(values),
    buys: buys(values, choices, locale),
    sells: sells(values, locale),
    ...account(values, choices, locale),
  };
}

function looks({ symbol, timeframe, rules }: BotFormValues): string {
  const market = symbol || 'its market';
  if (rules.kind === 'grid') return `At the price of ${market}, all the time.`;
  const candles = `At ${market} each time a candle of ${timeframeInWords(timeframe)} closes`;
  return rules.kind === 'dca' ? `${candles}; its safety orders watch the price all the time.` : `${candles}.`;
}

function buys(values: BotFormValues, choices: FormChoices, locale: string): string {
  const { rules, symbol } = values;
  if (rules.kind === 'grid') {
    const range = [rules.grid_lower_price, rules.grid_upper_price];
    const between = range.every(isDecimal)
      ? `between ${range.map((price) => formatPrice(price.trim(), locale)).join(' and ')} ${quoteOf(symbol)}`
      : 'of its range';
    return `For ${spent(values, locale)} at each of its ${rules.grid_intervals.trim()} lines ${between}, as the price falls to it.`;
  }
  const first = `For ${spent(values, locale)} ${firstPurchase(values, choices)}`;
  if (rules.kind === 'signal') return `${first}.`;
  const more = rules.dca_safety_orders.trim();
  const distance = rules.dca_deviation_percentage;
  const below = isDecimal(distance) ? `, the first ${formatPercent(distance.trim(), locale)} lower` : '';
  return `${first}. As the price falls it buys up to ${more} times more${below}.`;
}

function firstPurchase(values: BotFormValues, { strategies }: FormChoices): string {
  if (!asksStrategy(toRules(values.rules))) return 'at once, and again after every sale';
  const strategy = strategies.find((one) => one.name === values.strategy);
  if (strategy?.signals_from_outside) return 'when another program says buy and it holds nothing';
  const settings = fieldsOf(strategy)
    .map((field) => `${lowerFirst(field.title)} ${values.strategy_config[field.name] ?? ''}`.trim())
    .join(', ');
  const how = settings ? ` (${settings})` : '';
  return `when ${strategy?.title ?? 'the strategy'}${how} says buy and it holds nothing`;
}

const FROM: Record<BotKind, [below: string, above: string]> = {
  signal: ['the purchase', 'the purchase'],
  dca: ['the first purchase', 'the average of its purchases'],
  grid: ['the lowest line, everything, and the grid ends', 'the highest line, everything, and the grid ends'],
};

function sells(values: BotFormValues, locale: string): string[] {
  const { rules } = values;
  const [below, above] = FROM[rules.kind];
  const found = rules.kind === 'grid' ? ['Each purchase at the line above it.'] : [];
  if (asksStrategy(toRules(rules))) found.push('Everything it holds when the strategy says sell.');
  // What a stop costs can be said of a single purchase only.
  const amount = rules.kind === 'signal' ? amountOf(values) : '';
  if (isDecimal(rules.stop_loss_percentage)) {
    const loss = change(amount, rules.stop_loss_percentage);
    const cost = loss ? `: a loss of about ${money(loss, values, locale)} and fees` : '';
    found.push(`At ${formatPercent(rules.stop_loss_percentage.trim(), locale)} below ${below}${cost}.`);
  }
  if (isDecimal(rules.take_profit_percentage)) {
    const gain = change(amount, rules.take_profit_percentage);
    const profit = gain ? `: a profit of about ${money(gain, values, locale)} before fees` : '';
    found.push(`At ${formatPercent(rules.take_profit_percentage.trim(), locale)} above ${above}${profit}.`);
  }
  if (rules.kind !== 'grid' && isDecimal(rules.trailing_stop_percentage)) {
    const fall = formatPercent(rules.trailing_stop_percentage.trim(), locale);
    found.push(`At ${fall} below the highest price since the purchase.`);
  }
  return found;
}

/** What one purchase spends; by risk it depends on the equity of the moment. */
function spent(values: BotFormValues, locale: string): string {
  const { kind, sizing, equity_percentage, risk_per_trade } = values.rules;
  if (kind === 'grid') return money(values.rules.base_amount, values, locale);
  if (sizing === 'percent' && isDecimal(equity_percentage)) {
    return `${formatPercent(equity_percentage.trim(), locale)} of its equity`;
  }
  if (sizing === 'risk' && isDecimal(risk_per_trade)) {
    return `as much as loses ${formatPercent(risk_per_trade.trim(), locale)} of its equity at the stop`;
  }
  return money(values.rules.base_amount, values, locale);
}

/** The amount of a purchase with the money that it begins with, for saying what a stop costs; empty where it cannot be said. */
function amountOf({ rules, paper_balance }: BotFormValues): string {
  if (rules.sizing === 'fixed') return rules.base_amount;
  if (rules.sizing === 'risk') return '';
  return change(paper_balance, rules.equity_percentage) ?? '';
}

function account(
  values: BotFormValues,
  { exchanges, keys }: FormChoices,
  locale: string,
): Pick<BotDescription, 'account' | 'warnings'> {
  const warnings = riskWarnings(values);
  if (values.tradesOn === 'paper') {
    return {
      account: `Play money: it begins with ${money(values.paper_balance, values, locale)} and trades at live prices. No order leaves this platform.`,
      warnings,
    };
  }
  const key = keys.find((one) => one.id === values.api_key_id);
  if (!key) return { account: 'An account that you have yet to choose.', warnings };
  const exchange = exchanges.find((one) => one.id === key.exchange);
  const share = `It may use ${money(values.paper_balance, values, locale)} of`;
  const words = `${share} “${key.label}” at ${exchange?.name ?? key.exchange}.`;
  if (key.is_testnet || exchange?.is_sandbox) {
    return { account: `${words} A test exchange: real orders, play money.`, warnings };
  }
  return { account: words, warnings: ['This bot trades with real money.', ...warnings] };
}

function riskWarnings({ rules, paper_balance }: BotFormValues): string[] {
  const warnings: string[] = [];
  const trails = rules.kind !== 'grid' && rules.trailing_stop_percentage.trim() !== '';
  if (rules.stop_loss_percentage.trim() === '' && !trails) {
    warnings.push(
      rules.kind === 'signal'
        ? 'Without a stop loss a position can fall until the strategy says sell.'
        : 'Without a stop loss it keeps what it bought however far the price falls.',
    );
  }
  const fixed = rules.kind === 'grid' || rules.sizing === 'fixed';
  const comparable = fixed && isDecimal(rules.base_amount) && isDecimal(paper_balance);
  if (comparable && Big(rules.base_amount.trim()).gt(paper_balance.trim())) {
    warnings.push('The amount per trade is more than the money it may use: the bot could never buy.');
  }
  return warnings;
}

function money(amount: string, { symbol }: BotFormValues, locale: string): string {
  if (!isDecimal(amount)) return 'an amount';
  return `${formatMoney(amount.trim(), locale)} ${quoteOf(symbol)}`.trim();
}

/** The percentage of the amount, or null where one of them is no number. */
function change(amount: string, percentage: string): string | null {
  if (!isDecimal(amount) || !isDecimal(percentage)) return null;
  return Big(amount.trim()).times(percentage.trim()).div(100).toFixed();
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
