// The trades of two courses, each beside its counterpart.
import type { Deal, DealPair, TruthComparison } from '../../api/types';
import { Moment, Price, Quantity } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Table, type Column } from '../../components/Table';
import { formatSeconds, NOTHING } from '../../formatting';
import { Side } from '../engine/Side';
import { closeWords } from '../engine/words';
import { delayOf, eitherOf } from './parts';
import { MODE_WORDS } from './words';

interface PairsTableProps {
  comparison: TruthComparison;
  quote: string;
  base: string;
}

interface NumberedPair extends DealPair {
  number: number;
}

type Course = 'expected' | 'actual';

const SHARED: readonly Column<NumberedPair>[] = [
  { name: 'time', title: 'Time', cell: (pair) => <Moment at={eitherOf(pair)?.at ?? null} /> },
  {
    name: 'side',
    title: 'Side',
    cell: (pair) => <Side side={eitherOf(pair)?.side ?? 'buy'} />,
  },
  {
    name: 'purpose',
    title: 'Why',
    cell: (pair) => <span className="text-ink-soft">{closeWords(eitherOf(pair)?.purpose ?? null)}</span>,
  },
];

const DELAY: Column<NumberedPair> = {
  name: 'delay',
  title: 'Later by',
  definition: 'How many seconds after the expected trade the actual one happened.',
  align: 'right',
  cell: (pair) => <Delay seconds={delayOf(pair)} />,
};

function columns({ expected, actual }: TruthComparison, quote: string, base: string) {
  const of = (course: Course, mode: string): Column<NumberedPair>[] => [
    {
      name: `${course}-price`,
      title: `${mode}: price, ${quote}`,
      align: 'right',
      cell: (pair) => <DealPrice deal={pair[course]} missing={course} />,
    },
    {
      name: `${course}-quantity`,
      title: `quantity, ${base}`,
      align: 'right',
      cell: (pair) => <Quantity value={pair[course]?.quantity} />,
    },
  ];
  return [...SHARED, ...of('expected', MODE_WORDS[expected]), ...of('actual', MODE_WORDS[actual]), DELAY];
}

function DealPrice({ deal, missing }: { deal: Deal | null; missing: Course }) {
  if (deal) return <Price value={deal.price} />;
  return <span className="text-ink-faint">{missing === 'actual' ? 'did not happen' : 'not expected'}</span>;
}

function Delay({ seconds }: { seconds: number | null }) {
  const { locale } = useRegion();
  return <span className="figure">{seconds === null ? NOTHING : formatSeconds(seconds, locale)}</span>;
}

export function PairsTable({ comparison, quote, base }: PairsTableProps) {
  // Newest first, as every other record.
  const pairs = comparison.pairs.map((pair, number) => ({ ...pair, number })).reverse();
  return (
    <Table
      label={`Trades of ${MODE_WORDS[comparison.actual]} beside ${MODE_WORDS[comparison.expected]}`}
      columns={columns(comparison, quote, base)}
      rows={pairs}
      rowKey={(pair) => String(pair.number)}
      scrollAfter="max-h-96"
      empty={<p className="p-4 text-sm text-ink-faint">Neither of them has traded in this time.</p>}
    />
  );
}
