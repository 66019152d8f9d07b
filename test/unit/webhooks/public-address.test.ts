import { describe, expect, it } from 'vitest';
import { judgeWebhookUrl } from '../../../core/webhooks/judge-webhook-url.js';
import { isPublicAddress } from '../../../core/webhooks/public-address.js';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('takes %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '240.0.0.1',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    'fe80::1',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    '4000::1',
    'localhost',
    '',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('judgeWebhookUrl', () => {
  const judge = (url: string, allowPrivate = false) => judgeWebhookUrl(url, { allowPrivate });

  it('takes https and leaves out what no server sees', () => {
    expect(judge('https://hooks.example.org/medindex?token=1#part')).toEqual({
      url: 'https://hooks.example.org/medindex?token=1',
    });
    expect(judge('https://8.8.8.8/')).toEqual({ url: 'https://8.8.8.8/' });
  });

  it.each([
    '',
    'hooks.example.org',
    'ftp://example.org/',
    'file:///etc/passwd',
    'https://',
    'https://user:word@example.org/',
  ])('is no URL of a webhook: %s', (url) => {
    expect(judge(url)).toEqual({ refusal: 'malformed' });
    expect(judge(url, true)).toEqual({ refusal: 'malformed' });
  });

  it('takes http only where private addresses are allowed', () => {
    expect(judge('http://hooks.example.org/')).toEqual({ refusal: 'not_https' });
    expect(judge('http://127.0.0.1:8080/', true)).toEqual({ url: 'http://127.0.0.1:8080/' });
  });

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://metadata.localhost/',
  ])('refuses an address that is not public: %s', (url) => {
    expect(judge(url)).toEqual({ refusal: 'not_public' });
    expect(judge(url, true)).toHaveProperty('url');
  });
});
