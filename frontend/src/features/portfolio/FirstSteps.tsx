// What a new user sees instead of empty tables: the way to a running bot.
import { ButtonLink } from '../../components/Button';

const STEPS = [
  {
    title: 'Create a bot',
    text: 'Choose a market, a strategy and an amount. On paper it needs no exchange account and risks nothing.',
  },
  {
    title: 'Start it',
    text: 'It looks at every closed candle and decides. You see each decision and its reason as it is made.',
  },
  {
    title: 'Connect an exchange when you are ready',
    text: 'A key that can trade but not withdraw is all it takes. Until then, nothing leaves this page.',
  },
] as const;

export function FirstSteps() {
  return (
    <section className="rounded-lg border border-line bg-surface p-6 sm:p-10">
      <h2 className="text-2xl font-semibold tracking-tight text-balance">Three steps to a trading bot</h2>
      <ol className="mt-8 grid gap-px overflow-hidden rounded-md border border-line bg-line lg:grid-cols-3">
        {STEPS.map((step, index) => (
          <li key={step.title} className="bg-surface p-5">
            <span className="figure text-sm text-accent">{index + 1}</span>
            <h3 className="mt-2 font-semibold">{step.title}</h3>
            <p className="mt-1 text-sm text-ink-soft">{step.text}</p>
          </li>
        ))}
      </ol>
      <div className="mt-8 flex flex-wrap gap-2">
        <ButtonLink to="/bots/new" variant="primary">
          Create a bot
        </ButtonLink>
        <ButtonLink to="/exchange-keys">Connect an exchange</ButtonLink>
      </div>
    </section>
  );
}
