import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/errors';
import { queryKeys } from '../../api/queryKeys';
import { anExchange, aStrategy } from '../../testing/records';
import { BotForm } from './BotForm';
import { emptyForm, type BotFormValues } from './botForm';

const strategies = [aStrategy()];
const choices = { strategies, exchanges: [anExchange()], keys: [] };

function draw(onSubmit: (values: BotFormValues) => Promise<void>): void {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(queryKeys.markets('binance'), [
    {
      symbol: 'BTC/USDT',
      base: 'BTC',
      quote: 'USDT',
      price_tick: '0.01',
      quantity_step: '0.00001',
      minimum_notional: '5',
    },
  ]);
  render(
    <QueryClientProvider client={client}>
      <MemoryRouter>
        <BotForm
          initial={emptyForm(strategies, 'binance')}
          choices={choices}
          submitLabel="Create bot"
          cancel={null}
          onSubmit={onSubmit}
        />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

afterEach(cleanup);

describe('the bot form', () => {
  it('shows what only the server can tell at its field, and loses nothing that was typed', async () => {
    const user = userEvent.setup();
    const words = 'Short period (40) must be less than the long period (30).';
    const problem = new ApiError('The bot cannot be set up like this.', 'VALIDATION_ERROR', 422, [
      { field: 'strategy_config.short_period', message: words },
      { field: 'symbols.0', message: 'Binance has no market “BTC/XYZ”.' },
    ]);
    const onSubmit = vi.fn(() => Promise.reject(problem));
    draw(onSubmit);
    await user.type(screen.getByLabelText('Name'), 'My bot');
    await user.clear(screen.getByLabelText('Short period'));
    await user.type(screen.getByLabelText('Short period'), '40');
    await user.click(screen.getByRole('button', { name: 'Create bot' }));

    expect(await screen.findByText(words)).toBeInTheDocument();
    expect(screen.getByLabelText('Short period')).toHaveAccessibleDescription(words);
    expect(screen.getByLabelText('Market')).toBeInvalid();
    expect(screen.getByLabelText('Name')).toHaveValue('My bot');
    expect(screen.getByLabelText('Short period')).toHaveValue('40');

    // The server's word is not held against the next try.
    await user.clear(screen.getByLabelText('Short period'));
    await user.type(screen.getByLabelText('Short period'), '20');
    await user.click(screen.getByRole('button', { name: 'Create bot' }));
    expect(onSubmit).toHaveBeenCalledTimes(2);
  });

  it('says above its buttons what belongs to no field', async () => {
    const user = userEvent.setup();
    draw(() =>
      Promise.reject(new ApiError('Binance does not answer just now.', 'DEPENDENCY_UNAVAILABLE', 503)),
    );
    await user.type(screen.getByLabelText('Name'), 'My bot');
    await user.click(screen.getByRole('button', { name: 'Create bot' }));
    expect(await screen.findByText(/does not answer just now/)).toBeInTheDocument();
  });

  it('does not send what it knows to be wrong', async () => {
    const user = userEvent.setup();
    const onSubmit = vi.fn(() => Promise.resolve());
    draw(onSubmit);
    await user.click(screen.getByRole('button', { name: 'Create bot' }));
    expect(await screen.findByText('Give the bot a name.')).toBeInTheDocument();
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it('finds a market by the keyboard', async () => {
    const user = userEvent.setup();
    const onSubmit = vi.fn<(values: BotFormValues) => Promise<void>>(() => Promise.resolve());
    draw(onSubmit);
    await user.type(screen.getByLabelText('Name'), 'My bot');
    const market = screen.getByLabelText('Market');
    await user.clear(market);
    await user.type(market, 'bt{ArrowDown}{Enter}');
    expect(market).toHaveValue('BTC/USDT');
    await user.click(screen.getByRole('button', { name: 'Create bot' }));
    expect(onSubmit.mock.calls[0]?.[0].symbol).toBe('BTC/USDT');
  });

  it('shows the fields of the chosen kind, and of real money', async () => {
    const user = userEvent.setup();
    draw(() => Promise.resolve());
    await user.selectOptions(screen.getByLabelText('Kind of bot'), 'grid');
    expect(screen.getByLabelText('Lowest price')).toBeInTheDocument();
    expect(screen.queryByLabelText('Strategy')).not.toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: /Live trading/ }));
    expect(screen.getByLabelText('Money it may use')).toBeInTheDocument();
    expect(screen.queryByLabelText('Leave the stop at the exchange')).not.toBeInTheDocument();
    await user.selectOptions(screen.getByLabelText('Kind of bot'), 'dca');
    expect(screen.getByLabelText('Strategy')).toBeInTheDocument();
    expect(screen.getByLabelText('Leave the stop at the exchange')).toBeInTheDocument();
    await user.selectOptions(screen.getByLabelText('First purchase'), 'at_once');
    expect(screen.queryByLabelText('Strategy')).not.toBeInTheDocument();
  });
});
