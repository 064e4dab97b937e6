// Sentences that say what a bot of these settings does.
import Big from 'big.js';
import { formatMoney, formatPercent, isDecimal, quoteOf, timeframeInWords } from '../../formatting';
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

function looks({ symbol, timeframe }: BotFormValues): string {
  return `At ${symbol || 'its market'} each time a candle of ${timeframeInWords(timeframe)} closes.`;
}

function buys(values: BotFormValues, { strategies }: FormChoices, locale: string): string {
  const strategy = strategies.find((one) => one.name === values.strategy);
  const settings = fieldsOf(strategy)
    .map((field) => `${lowerFirst(field.title)} ${values.strategy_config[field.name] ?? ''}`.trim())
    .join(', ');
  const how = settings ? ` (${settings})` : '';
  return `For ${spent(values, locale)} when ${strategy?.title ?? 'the strategy'}${how} says buy and it holds nothing.`;
}

function sells(values: BotFormValues, locale: string): string[] {
  const found = ['Everything it holds when the strategy says sell.'];
  const stop = change(amountOf(values), values.rules.stop_loss_percentage);
  if (stop) {
    found.push(
      `At ${formatPercent(values.rules.stop_loss_percentage.trim(), locale)} below the purchase: a loss of about ${money(stop, values, locale)} and fees.`,
    );
  }
  const target = change(amountOf(values), values.rules.take_profit_percentage);
  if (target) {
    found.push(
      `At ${formatPercent(values.rules.take_profit_percentage.trim(), locale)} above the purchase: a profit of about ${money(target, values, locale)} before fees.`,
    );
  }
  if (isDecimal(values.rules.trailing_stop_percentage)) {
    const fall = formatPercent(values.rules.trailing_stop_percentage.trim(), locale);
    found.push(`At ${fall} below the highest price since the purchase.`);
  }
  return found;
}

/** What one purchase spends; by risk it depends on the equity of the moment. */
function spent(values: BotFormValues, locale: string): string {
  const { sizing, equity_percentage, risk_per_trade } = values.rules;
  if (sizing === 'percent' && isDecimal(equity_percentage)) {
    return `${formatPercent(equity_percentage.trim(), locale)} of its equity`;
  }
  if (sizing === 'risk' && isDecimal(risk_per_trade)) {
    return `as much as loses ${formatPercent(risk_per_trade.trim(), locale)} of its equity at the stop`;
  }
  return money(values.rules.base_amount, values, locale);
}

/** The amount of a purchase with the paper balance, for saying what a stop costs; empty where it cannot be said. */
function amountOf({ rules, paper_balance, tradesOn }: BotFormValues): string {
  if (rules.sizing === 'fixed') return rules.base_amount;
  if (rules.sizing === 'risk' || tradesOn === 'live') return '';
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
  const words = `“${key.label}” at ${exchange?.name ?? key.exchange}.`;
  if (key.is_testnet || exchange?.is_sandbox) {
    return { account: `${words} A test exchange: real orders, play money.`, warnings };
  }
  return { account: words, warnings: ['This bot trades with real money.', ...warnings] };
}

function riskWarnings({ rules, paper_balance, tradesOn }: BotFormValues): string[] {
  const warnings: string[] = [];
  if (rules.stop_loss_percentage.trim() === '' && rules.trailing_stop_percentage.trim() === '') {
    warnings.push('Without a stop loss a position can fall until the strategy says sell.');
  }
  const comparable =
    rules.sizing === 'fixed' &&
    tradesOn === 'paper' &&
    isDecimal(rules.base_amount) &&
    isDecimal(paper_balance);
  if (comparable && Big(rules.base_amount.trim()).gt(paper_balance.trim())) {
    warnings.push('The amount per trade is more than the paper balance: the bot could never buy.');
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
