import { buildConnector } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Connector, createSender, type SenderOptions } from '../src/index.js';
import { published, receiver, SECRET, start } from './support/sender.js';

/** Whatever address the guard lets through, the packet goes to `port` on loopback. */
function loopback(port: number): { connector: Connector; reached: string[] } {
  const reached: string[] = [];
  const real = buildConnector({});
  const connector: Connector = (target, callback) => {
    reached.push(target.hostname);
    real({ ...target, protocol: 'http:', hostname: '127.0.0.1', port: String(port) }, callback);
  };
  return { connector, reached };
}

async function attempt(url: string, options: SenderOptions = {}) {
  const target = await receiver();
  const { connector, reached } = loopback(target.port);
  const { sender, call } = start({ allowPrivateAddresses: false, connector, lookup: () => ['8.8.8.8'], ...options });
  const made = await call('POST', '/webhooks', { url, events: ['video.published'], secret: SECRET });
  expect(made.status).toBe(201);
  const { deliveryIds } = await sender.emit(published());
  const tested = await call('POST', `/webhooks/${String(made.json.data.id)}/test`, { event: 'video.published' });
  await sender.idle();
  const deliveries = [deliveryIds[0], tested.json.data.deliveryId].map((id) => sender.delivery(String(id)));
  expect(deliveries[0]?.error).toBe(deliveries[1]?.error);
  return { error: deliveries[0]?.error, status: deliveries[0]?.responseCode, reached, hits: target.hits };
}

describe('the SSRF guard', () => {
  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://127.1/',
    'https://127.0.1/',
    'https://127.0.0.1./',
    'https://0/',
    'https://0.0.0.0/',
    'https://[::]/',
    'https://[::1]/',
    'https://[::7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:0:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001::1]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[100:0:0:1::1]/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.100.100.200/',
    'https://[fd00:ec2::254]/',
    'https://localhost/',
    'https://LOCALHOST/',
    'https://localhost./',
    'https://a.localhost/',
    'https://localhost.localdomain/',
    'https://ip6-localhost/',
    'https://metadata.google.internal/',
    'https://metadata/',
  ])('blocks %s, for test and delivery alike', async (url) => {
    const { error, reached } = await attempt(url);
    expect(error).toMatch(/^address_blocked: /);
    expect(reached).toEqual([]);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '::1',
    '::ffff:127.0.0.1',
    '::7f00:1',
    '64:ff9b::a00:1',
    'fe80::1%lo',
    'garbage',
    '',
  ])('blocks a name that resolves to %j', async (address) => {
    for (const addresses of [[address], ['8.8.8.8', address], [address, '8.8.8.8']]) {
      const { error, reached } = await attempt('https://hooks.example.com/', { lookup: () => addresses });
      // The owner of a webhook reads it: it must not map an internal network.
      expect(error).toBe('address_blocked: an address of hooks.example.com is not a public address');
      expect(reached).toEqual([]);
    }
  });

  it('connects to the address it judged, without asking for the name again', async () => {
    const target = await receiver();
    const { connector, reached } = loopback(target.port);
    let asked = 0;
    const { sender, create } = start({
      allowPrivateAddresses: false,
      connector,
      lookup: () => [++asked === 1 ? '8.8.8.8' : '127.0.0.1'],
    });
    await create('https://hooks.example.com/');
    const { deliveryIds } = await sender.emit(published());
    await sender.idle();
    expect(sender.delivery(deliveryIds[0] ?? '')?.status).toBe('success');
    expect({ asked, reached }).toEqual({ asked: 1, reached: ['8.8.8.8'] });
  });

  it('lets public addresses through', async () => {
    const { reached, status, hits } = await attempt('https://hooks.example.com/hook');
    expect(status).toBe(200);
    expect(new Set(reached)).toEqual(new Set(['8.8.8.8']));
    expect(hits[0]?.headers.host).toBe('hooks.example.com');
  });

  it('tries the next address when one does not answer', async () => {
    const target = await receiver();
    const { connector } = loopback(target.port);
    const flaky: Connector = (options, callback) => {
      if (options.hostname === '8.8.4.4') callback(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), null);
      else connector(options, callback);
    };
    const { status } = await attempt('https://hooks.example.com/', {
      lookup: () => ['8.8.4.4', '8.8.8.8'],
      connector: flaky,
    });
    expect(status).toBe(200);
  });

  it('tries few of the addresses that a name has without end', async () => {
    const tried: string[] = [];
    const dead: Connector = ({ hostname }, callback) => {
      tried.push(hostname);
      callback(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), null);
    };
    const { error } = await attempt('https://hooks.example.com/', {
      lookup: () => Array.from({ length: 1_000 }, (_, at) => `8.8.${at >> 8}.${at & 255}`),
      connector: dead,
    });
    expect(error).toMatch(/^connection_refused/);
    // One attempt of the delivery, one of the test.
    expect(tried).toHaveLength(16);
  });

  it('distinguishes a failing resolver, an empty answer and one that hangs', async () => {
    const refused = () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }));
    expect((await attempt('https://a.example/', { lookup: refused })).error).toMatch(/^dns_error: /);
    expect((await attempt('https://a.example/', { lookup: () => [] })).error).toMatch(/^dns_error: /);
    expect(
      (await attempt('https://a.example/', { lookup: () => new Promise(() => undefined), timeout: 50 })).error,
    ).toMatch(/^timeout: /);
  });

  it('keeps to the allowed ports', async () => {
    expect((await attempt('https://a.example:22/', { allowedPorts: [443] })).error).toMatch(
      /^address_blocked: port 22/,
    );
    expect((await attempt('https://a.example/', { allowedPorts: [443] })).status).toBe(200);
  });

  it('keeps to options that are inherited', async () => {
    const target = await receiver();
    const { connector } = loopback(target.port);
    class Options {
      get clock() {
        return 'virtual' as const;
      }
      get connector() {
        return connector;
      }
      get lookup() {
        return () => ['8.8.8.8'];
      }
      get allowedPorts() {
        return [443];
      }
    }
    const sender = createSender(new Options());
    onTestFinished(() => sender.close());
    const answers = ['https://a.example:22/', 'https://a.example/'].map(async (url) => {
      const { error, response } = await sender.probe({ url, headers: {}, body: new Uint8Array() });
      return error?.message ?? response?.status;
    });
    expect(await Promise.all(answers)).toEqual(['port 22 is not one of the allowed ports', 200]);
  });

  it('opens only the listed blocks', async () => {
    const allowPrivateAddresses = ['10.0.0.0/8', '127.0.0.1', '::1/128'];
    for (const url of ['http://10.9.8.7/', 'http://127.0.0.1/', 'http://localhost/']) {
      expect((await attempt(url, { allowPrivateAddresses, lookup: () => ['127.0.0.1'] })).status).toBe(200);
    }
    for (const url of [
      'http://127.0.0.2/',
      'http://192.168.0.1/',
      'http://[::2]/',
      'http://metadata.google.internal/',
    ]) {
      expect((await attempt(url, { allowPrivateAddresses })).error).toMatch(/^address_blocked: /);
    }
  });

  it('refuses a list that is none', () => {
    for (const block of ['10.0.0.0/33', 'localhost', '10.0.0/8', '::1/129', '', '10.0.0.0/8/8', 7]) {
      expect(() => createSender({ allowPrivateAddresses: [block as string] })).toThrow(
        /allowPrivateAddresses: .* is not a CIDR block/,
      );
    }
  });
});
