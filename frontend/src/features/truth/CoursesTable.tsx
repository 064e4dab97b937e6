// The courses side by side: trades, fees, result.
import { Link } from 'react-router';
import type { Course } from '../../api/types';
import { Money, ProfitLoss } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { Table, type Column } from '../../components/Table';
import { formatCount } from '../../formatting';
import { MODE_WORDS } from './words';

function columns(quote: string): readonly Column<Course>[] {
  return [
    {
      name: 'mode',
      title: 'Course',
      cell: ({ mode, bot_id }) =>
        bot_id ? (
          <Link to={`/bots/${bot_id}`} className="font-medium hover:text-accent hover:underline">
            {MODE_WORDS[mode]}
          </Link>
        ) : (
          <span className="font-medium">{MODE_WORDS[mode]}</span>
        ),
    },
    {
      name: 'trades',
      title: 'Trades',
      definition: 'Purchases and sales over the time of the report.',
      align: 'right',
      cell: (course) => <Count value={course.trades_count} />,
    },
    {
      name: 'fees',
      title: 'Fees',
      align: 'right',
      cell: (course) => <Money value={course.fees} currency={quote} />,
    },
    {
      name: 'result',
      title: 'Result',
      definition: 'Profit or loss after fees; what is still held is valued at the newest close.',
      align: 'right',
      cell: (course) => <ProfitLoss value={course.result} currency={quote} />,
    },
  ];
}

function Count({ value }: { value: number }) {
  const { locale } = useRegion();
  return <span className="figure">{formatCount(value, locale)}</span>;
}

export function CoursesTable({ courses, quote }: { courses: readonly Course[]; quote: string }) {
  return (
    <Table
      label="Courses"
      columns={columns(quote)}
      rows={courses}
      rowKey={(course) => course.mode}
      empty={null}
    />
  );
}
