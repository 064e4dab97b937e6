// What a run is worth in plain words, the reasons, and what its reader should know.
import { CheckCircleIcon, ExclamationTriangleIcon, InformationCircleIcon } from '@heroicons/react/16/solid';
import type { ReactNode } from 'react';
import type { Grade } from '../../api/types';
import { Term } from '../../components/Tooltip';
import { gradeWords } from './words';

interface GradeCardProps {
  grade: Grade;
  notices?: readonly { code: string; message: string }[];
  checks?: readonly { name: string; passed: boolean; message: string }[];
}

const EDGES = {
  plain: 'border-l-line-strong',
  accent: 'border-l-accent',
  attention: 'border-l-attention',
} as const;

const CHECK_WORDS: Record<string, { title: string; definition: string }> = {
  lookahead: {
    title: 'No look into the future',
    definition:
      'Whether a signal changes when candles after it change. One that does cannot be had in trading.',
  },
  warmup: {
    title: 'Warm-up is long enough',
    definition:
      'Whether the strategy gives the same signals from its warm-up alone as from the whole history.',
  },
};

export function GradeCard({ grade, notices = [], checks = [] }: GradeCardProps) {
  const { tone } = gradeWords(grade.grade);
  return (
    <section
      className={`grid gap-x-8 gap-y-4 rounded-lg border border-l-4 border-line bg-surface px-5 py-4 lg:grid-cols-2 ${EDGES[tone]}`}
    >
      <div className="min-w-0">
        <h2 className="eyebrow">Grade</h2>
        <p className="mt-0.5 text-lg font-semibold">{grade.title}</p>
        <ul className="mt-1.5 space-y-1 text-sm text-ink-soft">
          {grade.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </div>
      {(checks.length > 0 || notices.length > 0) && (
        <ul className="min-w-0 space-y-2 text-sm">
          {checks.map((check) => (
            <Line
              key={check.name}
              icon={
                check.passed ? (
                  <CheckCircleIcon className="size-4 text-ink-soft" />
                ) : (
                  <ExclamationTriangleIcon className="size-4 text-attention" />
                )
              }
            >
              <span className="font-medium">
                <Term definition={CHECK_WORDS[check.name]?.definition ?? check.message}>
                  {CHECK_WORDS[check.name]?.title ?? check.name}
                </Term>
                {check.passed ? '' : ': no'}
              </span>
              <span className="block text-xs text-ink-faint">{check.message}</span>
            </Line>
          ))}
          {notices.map((notice) => (
            <Line
              key={notice.code + notice.message}
              icon={<InformationCircleIcon className="size-4 text-accent" />}
            >
              <span className="text-ink-soft">{notice.message}</span>
            </Line>
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <li className="flex min-w-0 items-start gap-2">
      <span aria-hidden className="mt-0.5 shrink-0">
        {icon}
      </span>
      <span className="min-w-0">{children}</span>
    </li>
  );
}
