// One hash a key: `t` token and `l` end of its lease while claimed, `a` attempts so far, `p` how long earlier claims asked
// to remember the key, `d` once done. All times are the server's: the clocks of the receivers may differ.
// Each script answers with one text: clients turn lists and numbers into other things.
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** ARGV: token, lease, ttl. A claim that is sent again after a broken connection finds itself by its token. */
export const CLAIM = `${CLOCK}
local token, lease, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local held = redis.call('HMGET', KEYS[1], 'd', 't', 'l', 'a')
if held[1] then return 'done' end
if held[2] == token then return 'claimed ' .. held[4] end
if held[2] and tonumber(held[3]) > now then return string.format('in_progress %d', held[3] - now) end
local left = redis.call('PTTL', KEYS[1])
local attempt = (tonumber(held[4]) or 0) + 1
redis.call('HSET', KEYS[1], 't', token, 'l', now + lease, 'a', attempt, 'p', now + math.max(left, 0))
redis.call('PEXPIRE', KEYS[1], math.max(lease, ttl, left))
return string.format('claimed %d', attempt)`;

/** ARGV: token, ttl. */
export const COMPLETE = `${CLOCK}
local held = redis.call('HMGET', KEYS[1], 't', 'p')
if held[1] ~= ARGV[1] then return 'lost' end
redis.call('HDEL', KEYS[1], 't', 'l', 'a', 'p')
redis.call('HSET', KEYS[1], 'd', 1)
redis.call('PEXPIRE', KEYS[1], math.max(ARGV[2], held[2] - now))
return 'held'`;

/** ARGV: token. */
export const RELEASE = `
if redis.call('HGET', KEYS[1], 't') ~= ARGV[1] then return 'lost' end
redis.call('HDEL', KEYS[1], 't', 'l')
return 'held'`;
