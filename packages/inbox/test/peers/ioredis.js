class Redis {}
module.exports = Object.assign(Redis, { Redis });
