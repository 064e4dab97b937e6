// Puts the server's words about fields where the fields are.
import type { FieldPath, FieldValues, UseFormSetError } from 'react-hook-form';
import { toApiError, type ApiError } from './errors';

export interface SortedProblems<Field extends string> {
  fields: { field: Field; message: string }[];
  /** What belongs to no field of the form, as sentences. */
  rest: string[];
}

/** Sorts the details of an error; `fieldOf` names the form's field for one of the API's, or null where it has none. */
export function sortProblems<Field extends string>(
  problem: ApiError,
  fieldOf: (name: string) => Field | null,
): SortedProblems<Field> {
  const sorted: SortedProblems<Field> = { fields: [], rest: [] };
  for (const detail of problem.details) {
    const field = fieldOf(detail.field);
    if (field) sorted.fields.push({ field, message: detail.message });
    else sorted.rest.push(detail.field ? `${detail.field}: ${detail.message}` : detail.message);
  }
  if (sorted.fields.length === 0 && sorted.rest.length === 0) sorted.rest.push(problem.message);
  return sorted;
}

/** Shows the problem on the form: at its fields, and the rest under `root.server`. */
export function showProblem<Values extends FieldValues>(
  cause: unknown,
  setError: UseFormSetError<Values>,
  fieldOf: (name: string) => FieldPath<Values> | null,
): void {
  const problem = toApiError(cause);
  const { fields, rest } = sortProblems(problem, fieldOf);
  fields.forEach(({ field, message }, index) => {
    setError(field, { type: 'server', message }, { shouldFocus: index === 0 });
  });
  if (rest.length > 0) {
    const reference = problem.status >= 500 && problem.requestId ? ` (request ${problem.requestId})` : '';
    setError('root.server', { type: 'server', message: rest.join(' ') + reference });
  }
}
