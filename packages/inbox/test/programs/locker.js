// Holds the write lock of FILE until it is killed.
import Database from 'libsql';

const db = new Database(process.env.FILE ?? '');
db.pragma('busy_timeout = 5000');
db.exec('BEGIN IMMEDIATE');
console.log('locked');
setInterval(() => undefined, 60_000);
