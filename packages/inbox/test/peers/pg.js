module.exports = { Pool: class Pool {} };
