// Why a bot traded, and why it did not.
import type { ReactNode } from 'react';
import type { Decision } from '../../api/types';
import { Moment } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Badge } from '../../components/Status';
import { Table, type Column } from '../../components/Table';
import { formatShare } from '../../formatting';
import { seenValues } from './inputs';
import { ACTION_WORDS, outcomeWords } from './words';

const COLUMNS: readonly Column<Decision>[] = [
  {
    name: 'candle',
    title: 'Candle',
    definition: 'When the candle began at whose close the bot decided.',
    cell: (decision) => <Moment at={decision.candle_at} />,
  },
  {
    name: 'action',
    title: 'Signal',
    definition: 'What the strategy wanted.',
    cell: (decision) => <span className="font-medium">{ACTION_WORDS[decision.action]}</span>,
  },
  {
    name: 'outcome',
    title: 'Outcome',
    definition: 'Whether the bot acted on it, or which check refused.',
    cell: (decision) => (
      <Badge tone={decision.outcome === 'acted' ? 'accent' : 'plain'}>{outcomeWords(decision.outcome)}</Badge>
    ),
  },
  {
    name: 'reason',
    title: 'Why',
    cell: (decision) => (
      <span className="block max-w-xl min-w-64 py-1.5 whitespace-normal text-ink-soft">
        {decision.reason}
      </span>
    ),
  },
  {
    name: 'confidence',
    title: 'Confidence',
    definition: 'How sure the strategy was, from 0 to 100 per cent.',
    align: 'right',
    cell: (decision) => <Confidence value={decision.confidence} />,
  },
  {
    name: 'inputs',
    title: 'It saw',
    definition: 'The numbers behind the signal.',
    align: 'right',
    cell: (decision) => <Seen inputs={decision.inputs} />,
  },
];

function Confidence({ value }: { value: number }) {
  const { locale } = useRegion();
  return <span className="figure">{formatShare(value, locale)}</span>;
}

function Seen({ inputs }: { inputs: Record<string, unknown> }) {
  const { locale } = useRegion();
  const texts = seenValues(inputs, locale).map(({ name, text }) => `${name} ${text}`);
  return <span className="figure text-xs text-ink-faint">{texts.join(' · ')}</span>;
}

interface DecisionsTableProps {
  decisions: readonly Decision[] | undefined;
  empty: ReactNode;
}

export function DecisionsTable({ decisions, empty }: DecisionsTableProps) {
  return (
    <Table
      label="Decisions"
      columns={COLUMNS}
      rows={decisions}
      rowKey={(decision) => decision.id}
      empty={empty}
      expected={8}
    />
  );
}
