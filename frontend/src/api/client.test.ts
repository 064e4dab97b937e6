import { AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accessToken, setAccessToken } from './accessToken';
import { api, http, onLoginLost, renewLogin } from './client';
import { ApiError } from './errors';

type Server = (request: InternalAxiosRequestConfig) => { status: number; data: unknown };

const requests: string[] = [];

function serve(server: Server): void {
  http.defaults.adapter = async (request) => {
    requests.push(request.url ?? '');
    await Promise.resolve();
    const { status, data } = server(request);
    const response: AxiosResponse = { status, data, statusText: '', headers: {}, config: request };
    if (status >= 400) throw new AxiosError('refused', undefined, request, null, response);
    return response;
  };
}

const isRenewal = (request: InternalAxiosRequestConfig) => request.url?.endsWith('/auth/refresh') ?? false;
const tokenOf = (request: InternalAxiosRequestConfig) => String(request.headers.get('Authorization'));
const renewals = () => requests.filter((url) => url.endsWith('/auth/refresh')).length;
const ok = (data: unknown) => ({ status: 200, data: { success: true, data } });
const refused = (error: string) => ({
  status: 401,
  data: { success: false, error, code: 'UNAUTHORIZED', details: [] },
});

describe('the client', () => {
  const lost = vi.fn();

  beforeEach(() => {
    requests.length = 0;
    lost.mockReset();
    onLoginLost(lost);
    setAccessToken('old');
  });

  afterEach(() => {
    setAccessToken(null);
    delete http.defaults.adapter;
  });

  it('renews an expired token once for all requests that wait, and sends them again', async () => {
    serve((request) => {
      if (isRenewal(request)) return ok({ access_token: 'new' });
      return tokenOf(request) === 'Bearer new' ? ok(request.url) : refused('expired');
    });
    const answers = await Promise.all([api.get('/bots'), api.get('/trades'), api.get('/portfolio')]);
    expect(answers).toEqual(['/bots', '/trades', '/portfolio']);
    expect(renewals()).toBe(1);
    expect(accessToken()).toBe('new');
    expect(lost).not.toHaveBeenCalled();
  });

  it('renews again when the next token expires', async () => {
    serve((request) => (isRenewal(request) ? ok({ access_token: 'next' }) : ok(null)));
    await renewLogin();
    await renewLogin();
    expect(renewals()).toBe(2);
  });

  it('says that the login is lost when it cannot be renewed', async () => {
    serve(() => refused('You are not logged in.'));
    await expect(api.get('/bots')).rejects.toMatchObject({ status: 401, message: 'You are not logged in.' });
    expect(lost).toHaveBeenCalledTimes(1);
    expect(accessToken()).toBeNull();
  });

  it('keeps the login when the server is away while renewing', async () => {
    serve((request) => (isRenewal(request) ? { status: 503, data: '' } : refused('expired')));
    await expect(api.get('/bots')).rejects.toMatchObject({ status: 503 });
    expect(lost).not.toHaveBeenCalled();
    expect(accessToken()).toBe('old');
  });

  it('does not take a wrong password for an expired token', async () => {
    setAccessToken(null);
    serve(() => refused('The e-mail address or the password is not right.'));
    await expect(api.post('/auth/login', {})).rejects.toBeInstanceOf(ApiError);
    expect(renewals()).toBe(0);
    expect(lost).not.toHaveBeenCalled();
  });

  it('gives up after one renewal when the new token is refused too', async () => {
    serve((request) => (isRenewal(request) ? ok({ access_token: 'new' }) : refused('expired')));
    await expect(api.get('/bots')).rejects.toMatchObject({ status: 401 });
    expect(requests).toHaveLength(3);
  });

  it('says in words when nothing answers', async () => {
    http.defaults.adapter = () => Promise.reject(new AxiosError('Network Error'));
    await expect(api.get('/bots')).rejects.toMatchObject({ status: 0, code: 'UNREACHABLE', mayPass: true });
  });
});
