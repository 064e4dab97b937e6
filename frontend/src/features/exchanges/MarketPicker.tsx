// Finds a market among hundreds: a text box with suggestions, by the WAI-ARIA combobox pattern.
import { useDeferredValue, useId, useState, type KeyboardEvent, type Ref } from 'react';
import type { Market } from '../../api/types';
import { controlLook } from '../../components/controlLook';
import type { ControlProps } from '../../components/Field';
import { adoptedSymbol, suggestions } from './marketSearch';

interface MarketPickerProps extends ControlProps {
  markets: readonly Market[];
  value: string;
  onChange: (symbol: string) => void;
  onBlur: () => void;
  ref?: Ref<HTMLInputElement>;
}

export function MarketPicker({ markets, value, onChange, onBlur, ref, ...control }: MarketPickerProps) {
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(false);
  const [position, setPosition] = useState(-1);
  const wanted = useDeferredValue(typed ? value : '');
  const found = open ? suggestions(markets, wanted) : [];
  const marked = found[position];

  function choose(symbol: string): void {
    onChange(symbol);
    close();
  }

  function close(): void {
    setOpen(false);
    setTyped(false);
    setPosition(-1);
  }

  function steer(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setPosition((now) => Math.max(-1, Math.min(now + step, found.length - 1)));
    }
    if (event.key === 'Escape' && open) {
      event.stopPropagation();
      close();
    }
    if (event.key === 'Enter' && open) {
      // The form is not sent while a market is being picked.
      event.preventDefault();
      choose(marked?.symbol ?? adoptedSymbol(markets, value));
    }
  }

  return (
    <div className="relative">
      <input
        {...control}
        ref={ref}
        role="combobox"
        aria-expanded={open && found.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={marked ? `${listId}-${marked.symbol}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="BTC/USDT"
        value={value}
        className={`${controlLook} h-9 px-3`}
        onChange={(event) => {
          onChange(event.target.value);
          setTyped(true);
          setOpen(true);
          setPosition(-1);
        }}
        onClick={() => {
          setOpen(true);
        }}
        onFocus={(event) => {
          event.target.select();
        }}
        onKeyDown={steer}
        onBlur={() => {
          onChange(adoptedSymbol(markets, value));
          close();
          onBlur();
        }}
      />
      {open && found.length > 0 && (
        <div
          id={listId}
          role="listbox"
          aria-label="Suggestions"
          className="absolute inset-x-0 top-full z-20 mt-1 max-h-72 overflow-y-auto rounded-md border border-line-strong bg-raised py-1 shadow-float"
        >
          {found.map((market, index) => (
            <Suggestion
              key={market.symbol}
              id={`${listId}-${market.symbol}`}
              market={market}
              marked={index === position}
              onChoose={choose}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface SuggestionProps {
  id: string;
  market: Market;
  marked: boolean;
  onChoose: (symbol: string) => void;
}

function Suggestion({ id, market, marked, onChoose }: SuggestionProps) {
  return (
    // The keyboard chooses through the text box, which keeps the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      aria-selected={marked}
      tabIndex={-1}
      ref={(element) => {
        if (marked) element?.scrollIntoView({ block: 'nearest' });
      }}
      className={`flex cursor-pointer items-baseline justify-between gap-4 px-3 py-1.5 text-sm ${marked ? 'bg-accent-soft text-ink' : 'text-ink-soft hover:text-ink'}`}
      onMouseDown={(event) => {
        event.preventDefault();
      }}
      onClick={() => {
        onChoose(market.symbol);
      }}
    >
      <span>{market.symbol}</span>
      <span className="figure text-xs text-ink-faint">
        from {market.minimum_notional} {market.quote}
      </span>
    </div>
  );
}
