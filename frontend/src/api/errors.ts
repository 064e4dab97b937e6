// What can go wrong with a request, in words that a user can act on.
import { isAxiosError } from 'axios';
import type { ErrorAnswer, FieldProblem } from './types';

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    readonly code: string,
    /** The HTTP status; 0 when there was no answer at all. */
    readonly status: number,
    readonly details: readonly FieldProblem[] = [],
    readonly requestId: string | null = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }

  /** Whether asking again later may help without anything being changed. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function toApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  if (!isAxiosError(cause)) {
    return new ApiError('Something went wrong in this page. Reload it and try again.', 'PAGE_ERROR', -1);
  }
  const answer = cause.response;
  if (!answer) {
    return new ApiError(
      'The server does not answer. Check your connection and try again; nothing you typed is lost.',
      'UNREACHABLE',
      0,
    );
  }
  const headers = answer.headers as Record<string, string | undefined>;
  const requestId = headers['x-request-id'] ?? null;
  const waiting = Number(headers['retry-after']);
  const retryAfter = Number.isFinite(waiting) && waiting > 0 ? waiting : null;
  if (isErrorAnswer(answer.data)) {
    const { error, code, details, request_id } = answer.data;
    return new ApiError(error, code, answer.status, details, request_id ?? requestId, retryAfter);
  }
  return new ApiError(
    wordsFor(answer.status),
    `HTTP_${answer.status}`,
    answer.status,
    [],
    requestId,
    retryAfter,
  );
}

function isErrorAnswer(data: unknown): data is ErrorAnswer {
  return (
    typeof data === 'object' &&
    data !== null &&
    'error' in data &&
    typeof data.error === 'string' &&
    'code' in data &&
    'details' in data &&
    Array.isArray(data.details)
  );
}

function wordsFor(status: number): string {
  if (status === 429) return 'Too many requests at once. Wait a moment and try again.';
  if (status >= 500) return 'The server cannot answer just now. Try again in a moment.';
  return 'The server did not accept the request. Reload the page and try again.';
}
