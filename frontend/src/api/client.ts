// The one way to the API: the token goes out with every request, and a request that meets an expired one renews it,
// once for all that wait, and is sent again.
import axios, { isAxiosError, type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { accessToken, setAccessToken } from './accessToken';
import { toApiError } from './errors';
import { noteServerTime } from './serverClock';
import { singleFlight } from './singleFlight';
import type { Login } from './types';

interface Envelope<Data> {
  data: Data;
  timestamp?: string;
}

interface RetriedRequest extends AxiosRequestConfig {
  hasBeenRenewed?: boolean;
}

const RENEWAL_PATH = '/auth/refresh';
const TIMEOUT = 30_000;

export const http: AxiosInstance = axios.create({ baseURL: '/api/v1', timeout: TIMEOUT });

let loginLost: () => void = () => undefined;

/** Has `listener` told when the login cannot be renewed any more. */
export function onLoginLost(listener: () => void): void {
  loginLost = listener;
}

/** Renews the login of the refresh cookie. Rejects with an ApiError of status 401 where there is none. */
export const renewLogin = singleFlight(() => oneTabAtATime(renew));

async function renew(): Promise<Login> {
  try {
    const answer = await axios.post<Envelope<Login>>(`/api/v1${RENEWAL_PATH}`, null, {
      timeout: TIMEOUT,
      ...(http.defaults.adapter ? { adapter: http.defaults.adapter } : {}),
    });
    setAccessToken(answer.data.data.access_token);
    return answer.data.data;
  } catch (cause) {
    throw toApiError(cause);
  }
}

/** A refresh token may be spent once, and all tabs share it: two at once would end the login. */
async function oneTabAtATime<Result>(run: () => Promise<Result>): Promise<Result> {
  // Absent outside secure contexts, against what the types say.
  const locks = (navigator as Partial<Navigator>).locks;
  return locks ? await locks.request('tradefleet.renewal', run) : await run();
}

http.interceptors.request.use((request) => {
  const token = accessToken();
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  return request;
});

http.interceptors.response.use(undefined, async (cause: unknown): Promise<AxiosResponse> => {
  if (!isAxiosError(cause) || cause.response?.status !== 401 || !cause.config) throw toApiError(cause);
  const request: RetriedRequest = cause.config;
  // Only a request that carried a token is helped by a new one; a wrong password is not.
  if (request.hasBeenRenewed || !request.headers?.Authorization) throw toApiError(cause);
  await renewOrGiveUp();
  return http.request({ ...request, hasBeenRenewed: true } as AxiosRequestConfig);
});

async function renewOrGiveUp(): Promise<void> {
  try {
    await renewLogin();
  } catch (cause) {
    const problem = toApiError(cause);
    if (problem.status === 401) {
      setAccessToken(null);
      loginLost();
    }
    throw problem;
  }
}

const NO_CONTENT = 204;

async function unwrap<Data>(request: Promise<AxiosResponse<Envelope<Data>>>): Promise<Data> {
  try {
    const answer = await request;
    if (answer.status === NO_CONTENT) return null as Data;
    const { data, timestamp } = answer.data;
    noteServerTime(timestamp);
    return data;
  } catch (cause) {
    throw toApiError(cause);
  }
}

type Query = Record<string, string | number | boolean | undefined>;

export const api = {
  get: <Data>(path: string, params?: Query, signal?: AbortSignal): Promise<Data> =>
    unwrap(http.get<Envelope<Data>>(path, { params, ...(signal ? { signal } : {}) })),
  post: <Data>(path: string, body: object = {}): Promise<Data> =>
    unwrap(http.post<Envelope<Data>>(path, body)),
  patch: <Data>(path: string, body: object): Promise<Data> => unwrap(http.patch<Envelope<Data>>(path, body)),
  put: <Data>(path: string, body: object): Promise<Data> => unwrap(http.put<Envelope<Data>>(path, body)),
  delete: async (path: string, body?: object): Promise<void> => {
    try {
      await http.delete(path, body ? { data: body } : {});
    } catch (cause) {
      throw toApiError(cause);
    }
  },
};
