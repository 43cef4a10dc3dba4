// One hash a key: `t` token and `l` end of its lease while claimed, `a` attempts so far, `d` once done.
// The server's clock counts: the clocks of the receivers may differ.
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** What {@link CLAIM} answers first; the second number is the attempt, or the milliseconds left of the other's lease. */
export const CLAIMED = 0;
export const IN_PROGRESS = 1;

/** ARGV: token, lease, ttl. A claim that is sent again after a broken connection finds itself by its token. */
export const CLAIM = `${CLOCK}
local held = redis.call('HMGET', KEYS[1], 'd', 't', 'l', 'a')
if held[1] then return {2, 0} end
if held[2] == ARGV[1] then return {0, tonumber(held[4])} end
if held[2] and tonumber(held[3]) > now then return {1, tonumber(held[3]) - now} end
local attempt = (tonumber(held[4]) or 0) + 1
redis.call('HSET', KEYS[1], 't', ARGV[1], 'l', now + ARGV[2], 'a', attempt)
redis.call('PEXPIRE', KEYS[1], math.max(ARGV[2], ARGV[3]))
return {0, attempt}`;

/** ARGV: token, ttl. */
export const COMPLETE = `
if redis.call('HGET', KEYS[1], 't') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 't', 'l', 'a')
redis.call('HSET', KEYS[1], 'd', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

/** ARGV: token. */
export const RELEASE = `
if redis.call('HGET', KEYS[1], 't') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 't', 'l')
return 1`;
