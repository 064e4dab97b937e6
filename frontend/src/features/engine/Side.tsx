// Buy or sell: told by the word and by an outlined or filled mark, not by a colour that means profit or loss.
export function Side({ side }: { side: 'buy' | 'sell' }) {
  return (
    <span className="inline-flex items-center gap-2 font-medium">
      <span
        aria-hidden
        className={`size-2 rounded-[2px] border border-ink-soft ${side === 'sell' ? 'bg-ink-soft' : ''}`}
      />
      {side === 'buy' ? 'Buy' : 'Sell'}
    </span>
  );
}
