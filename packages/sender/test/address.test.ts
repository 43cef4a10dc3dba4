import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../src/index.js';

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2A00:1450:4001:81B::200E',
  '2001:200::1',
  '2001:db7:ffff::1',
  '2001:db9::1',
  '2003::1',
];

const NOT_PUBLIC_V4 = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
];

const NOT_PUBLIC_V6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::7f00:1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::FFFF:10.0.0.1',
  '::ffff:0:127.0.0.1',
  '0:0:0:0:ffff:0:7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1',
  '64:ff9b:1:ffff:ffff:ffff:ffff:ffff',
  '100::1',
  '100:0:0:1::1',
  '2001::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2001:30::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a00:1::1',
  '3fff::1',
  '3fff:fff::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fdff::1',
  'fe80::1',
  'febf::1',
  'fe80::1%eth0',
  'fec0::1',
  'feff::1',
  'ff02::1',
  'ff0e::1',
  '4000::1',
  '1::1',
  '2606:4700::1%1',
];

const SPELLINGS = [
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0x7f.1',
  '127.1',
  '127.0.1',
  '0177.0.0.1',
  '017700000001',
  '0127.0.0.1',
  '127.0.0.01',
  '010.8.8.8',
  '134744072',
  '0x08080808',
  '8.8.2056',
  '8.8.8.8.',
  '8.8.8.8 ',
  ' 8.8.8.8',
  '8.8.8.8\n',
  '8.8.8.8/32',
  '8.8.8.8:80',
  '[2606:4700::1111]',
  '256.1.1.1',
  '1.2.3',
  '1.2.3.4.5',
  '-1.2.3.4',
  '8.8.8.8\0',
  '8．8.8.8',
  '①.1.1.1',
  '',
  ' ',
  'localhost',
  'example.com',
  'null',
  '::g',
  ':::',
  '2606:4700::1111::',
  '1:2:3:4:5:6:7:8:9',
  '2606:4700:4700:1111',
  '12345::1',
];

describe('isPublicAddress', () => {
  it.each(PUBLIC)('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
  it.each([...NOT_PUBLIC_V4, ...NOT_PUBLIC_V6, ...SPELLINGS])('%j is not', (address) =>
    expect(isPublicAddress(address)).toBe(false),
  );

  it('refuses what is no string', () => {
    for (const value of [undefined, null, 2130706433, 134744072, {}, ['8.8.8.8']])
      expect(isPublicAddress(value as unknown as string)).toBe(false);
  });

  it('never says yes to an IPv4 address inside IPv6, in any notation', () => {
    const prefixes = ['::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '2001::'];
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom(...prefixes), (v4, prefix) => {
        const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        return (
          !isPublicAddress(`${prefix}${v4}`) &&
          !isPublicAddress(`${prefix}${hex}`) &&
          !isPublicAddress(`2002:${hex}::1`)
        );
      }),
    );
  });

  it('judges the number, not the notation, of IPv6', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const spellings = [
          groups.map((group) => group.toString(16)).join(':'),
          groups.map((group) => group.toString(16).padStart(4, '0').toUpperCase()).join(':'),
        ];
        const first = groups[0] ?? 0;
        const verdicts = spellings.map(isPublicAddress);
        return verdicts[0] === verdicts[1] && (first >> 13 === 1 || verdicts[0] === false);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof isPublicAddress(text) === 'boolean'));
  });
});
